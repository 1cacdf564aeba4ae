import { api, data } from '../client'

export const getKeyword = (site: string, id: number, signal?: AbortSignal) =>
  data(api.GET('/v1/planner/keywords/{id}/', { params: { path: { id }, query: { site_id: site } }, signal }))
