import { api, data } from '../client'
import type { Chosen } from '../list'

/** Has images drawn: jobs, which cost credits. */
export const generateImages = (chosen: Chosen, key: string) => data(api.POST('/v1/writer/images/generate_images/', { body: chosen, params: { header: { 'Idempotency-Key': key } } }))
