import { api, data } from '../client'

/** Stands for a content in review. */
export const approveContent = (site: string, id: string) => data(api.POST('/v1/writer/content/{id}/approve/', { params: { path: { id }, query: { site_id: site } } }))
