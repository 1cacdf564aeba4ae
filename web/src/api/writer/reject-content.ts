import { api, data } from '../client'

/** Sends a content in review, or an approved one, back to the drafts, with a reason. */
export const rejectContent = (site: string, id: string, reason: string) => data(api.POST('/v1/writer/content/{id}/reject/', { params: { path: { id }, query: { site_id: site } }, body: { reason } }))
