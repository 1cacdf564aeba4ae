import { api, data } from '../client'

export const getTask = (site: string, id: string, signal?: AbortSignal) => data(api.GET('/v1/writer/tasks/{id}/', { params: { path: { id }, query: { site_id: site } }, signal }))
