import { raw } from '../client'
import type { Chosen } from '../list'
import type { Job } from '../types'

/** Has images drawn: jobs, which cost credits. */
export const generateImages = async (chosen: Chosen, key: string) => (await raw<{ data: Job[] }>('POST', '/v1/writer/images/generate_images/', { body: chosen, headers: { 'Idempotency-Key': key } })).data
