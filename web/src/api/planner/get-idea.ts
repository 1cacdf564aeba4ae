import { api, data } from '../client'

export const getIdea = (site: string, id: string, signal?: AbortSignal) => data(api.GET('/v1/planner/ideas/{id}/', { params: { path: { id }, query: { site_id: site } }, signal }))
