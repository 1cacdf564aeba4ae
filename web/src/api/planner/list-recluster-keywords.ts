import { api, page } from '../client'
import type { Reclustering } from '../types'

/** The keywords that one change would move. */
export const listReclusterKeywords = (of: Reclustering, change: string, size: number, signal?: AbortSignal) =>
  page(api.GET('/v1/planner/reclusterings/{id}/keywords/', { params: { path: { id: of.id }, query: { site_id: of.site_id, strictness: of.strictness, change, page_size: size } }, signal: signal ?? null }))
