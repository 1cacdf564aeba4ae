import { newKey, raw } from '../client'

/** Goes back to the prompt that comes with the product. */
export const resetPrompt = (type: string) => raw('POST', '/v1/system/prompts/reset/', { body: { type }, headers: { 'Idempotency-Key': newKey() } })
