import { api, data } from '../client'
import type { Prompt } from '../types'

/** Goes back to the prompt that comes with the product. */
export const resetPrompt = (type: Prompt['prompt_type']) => data(api.POST('/v1/system/prompts/reset/', { body: { type } }))
