import { api, data } from '../client'
import type { Chosen } from '../list'

/** Has the pictures of drafts described: jobs, which cost credits. */
export const generatePrompts = (chosen: Chosen, key: string) => data(api.POST('/v1/writer/content/generate_image_prompts/', { body: chosen, params: { header: { 'Idempotency-Key': key } } }))
