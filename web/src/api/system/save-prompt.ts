import { raw } from '../client'
import type { Prompt } from '../pending'

/** Makes a prompt the account's own, from the next job on. */
export const savePrompt = async (type: string, prompt: string) => (await raw<{ data: Prompt }>('PUT', `/v1/system/prompts/by_type/${encodeURIComponent(type)}/`, { body: { prompt } })).data
