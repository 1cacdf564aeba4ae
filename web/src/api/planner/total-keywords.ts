import { api, data } from '../client'
import type { ListParams } from '../list'
import type { Query } from '../types'

/** Number, searches and mean difficulty of the keywords that match. */
export const totalKeywords = (site: string, params: ListParams, signal?: AbortSignal) => {
  const query = { ...params, site_id: site } as Record<string, string>
  delete query.ordering
  return data(api.GET('/v1/planner/keywords/totals/', { params: { query: query as unknown as Query<'total_keywords'> }, signal }))
}
