import { api, data } from '../client'

export const getCluster = (site: string, id: string, signal?: AbortSignal) => data(api.GET('/v1/planner/clusters/{id}/', { params: { path: { id }, query: { site_id: site } }, signal }))
