import { raw } from '../client'
import type { Chosen } from '../list'
import type { Job } from '../types'

/** Publishes contents: jobs. */
export const bulkPublish = async (chosen: Chosen, key: string) => (await raw<{ data: Job[] }>('POST', '/v1/writer/content/bulk_publish/', { body: chosen, headers: { 'Idempotency-Key': key } })).data
