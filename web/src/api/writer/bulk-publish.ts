import { api, data } from '../client'
import type { Chosen } from '../list'

/** Publishes contents: jobs. */
export const bulkPublish = (chosen: Chosen, key: string) => data(api.POST('/v1/writer/content/bulk_publish/', { body: chosen, params: { header: { 'Idempotency-Key': key } } }))
