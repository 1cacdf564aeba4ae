import { api, data } from '../client'

/** Brings a deleted one back. */
export const restoreContent = (site: string, id: string) => data(api.POST('/v1/writer/content/{id}/restore/', { params: { path: { id }, query: { site_id: site } } }))
