import { api, data } from '../client'
import type { Chosen } from '../list'

/** Has the texts of tasks written: jobs, which cost credits. */
export const autoGenerateContent = (chosen: Chosen, key: string) => data(api.POST('/v1/writer/tasks/auto_generate_content/', { body: chosen, params: { header: { 'Idempotency-Key': key } } }))
