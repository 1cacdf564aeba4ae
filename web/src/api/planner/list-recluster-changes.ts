import { api, page } from '../client'
import type { Reclustering } from '../types'

/** What would change, the largest of each kind first. */
export const listReclusterChanges = (of: Reclustering, n: number, size: number, signal?: AbortSignal) =>
  page(api.GET('/v1/planner/reclusterings/{id}/changes/', { params: { path: { id: of.id }, query: { site_id: of.site_id, strictness: of.strictness, page: n, page_size: size } }, signal: signal ?? null }))
