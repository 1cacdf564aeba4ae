import { api, data } from '../client'
import type { Reclustering } from '../types'

/** Makes the changes, or those that are named, in one step that can be undone. */
export const applyReclustering = (of: Reclustering, changes: string[] | undefined, key: string) =>
  data(api.POST('/v1/planner/reclusterings/{id}/apply/', { params: { path: { id: of.id }, header: { 'Idempotency-Key': key } }, body: { site_id: of.site_id, strictness: of.strictness, ...(changes && { changes }) } }))
