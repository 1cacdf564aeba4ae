import { api, data } from '../client'

export const deleteView = (site: string, id: string) => data(api.DELETE('/v1/system/views/{id}/', { params: { path: { id }, query: { site_id: site } } }))
