import { api, data } from '../client'
import type { Chosen } from '../list'

/** Approves contents in review, all or none. */
export const bulkApprove = (chosen: Chosen) => data(api.POST('/v1/writer/content/bulk_approve/', { body: chosen }))
