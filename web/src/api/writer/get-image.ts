import { api, data } from '../client'

export const getImage = (site: string, id: string, signal?: AbortSignal) => data(api.GET('/v1/writer/images/{id}/', { params: { path: { id }, query: { site_id: site } }, signal }))
