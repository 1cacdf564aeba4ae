import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Prompt } from '../types'

/** Makes a prompt the account's own, from the next job on; refused when others changed it since that version. */
export const savePrompt = (type: Prompt['prompt_type'], prompt: string, version?: number) =>
  data(api.PUT('/v1/system/prompts/by_type/{type}/', { params: { path: { type } }, body: { prompt }, headers: ifMatch(version) }))
