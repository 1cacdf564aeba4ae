import { raw } from '../client'
import type { Chosen } from '../list'
import type { Job } from '../types'

/** Has the texts of tasks written: jobs, which cost credits. */
export const autoGenerateContent = async (chosen: Chosen, key: string) => (await raw<{ data: Job[] }>('POST', '/v1/writer/tasks/auto_generate_content/', { body: chosen, headers: { 'Idempotency-Key': key } })).data
