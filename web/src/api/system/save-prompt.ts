import { api, data } from '../client'
import type { Prompt } from '../types'

/** Makes a prompt the account's own, from the next job on. */
export const savePrompt = (type: Prompt['prompt_type'], prompt: string) =>
  data(api.PUT('/v1/system/prompts/by_type/{type}/', { params: { path: { type } }, body: { prompt } }))
