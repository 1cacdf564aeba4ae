/**
 * Models to suggest; others that the program knows can be typed. A test holds these names to
 * the program's registry.
 */
export const textModels = [
  { id: 'gpt-5.4-mini', note: 'OpenAI, the usual choice' },
  { id: 'gpt-5.4', note: 'OpenAI, better and dearer' },
  { id: 'gpt-6.1-sol', note: 'OpenAI, best and dearest' },
  { id: 'gpt-5.4-nano', note: 'OpenAI, cheap' },
  { id: 'claude-sonnet-4-6', note: 'Anthropic' },
  { id: 'claude-haiku-4-5', note: 'Anthropic, cheap' },
  { id: 'claude-opus-5', note: 'Anthropic, best' },
  { id: 'demo-writer', note: 'costs nothing, writes demo texts' },
] as const

export const imageModels = [
  { id: 'gpt-image-2.5-flare', note: 'OpenAI, the usual choice' },
  { id: 'gpt-image-2', note: 'OpenAI, finer and dearer' },
  { id: 'gpt-image-1-mini', note: 'OpenAI, cheap' },
  { id: 'stable-image-core', note: 'Stability AI' },
  { id: 'stable-image-ultra', note: 'Stability AI, finer' },
  { id: 'demo-painter', note: 'costs nothing, draws demo images' },
] as const

/** By what keywords are compared when they are grouped. */
export const comparisons = [
  { value: 'built_in', label: 'The program’s own vectors: no cost' },
  { value: 'openai', label: 'OpenAI’s vectors: bought once for each keyword' },
] as const

export const qualities = [
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
] as const
