import { api, data } from '../client'
import type { Chosen } from '../list'

/** Deletes up to 500, all or none; their posts stay. */
export const bulkDeleteContent = (chosen: Chosen) => data(api.POST('/v1/writer/content/bulk_delete/', { body: chosen }))
