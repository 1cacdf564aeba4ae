import { api, data } from '../client'

/** Moves a draft to review, with the pictures that it has. */
export const toReview = (site: string, id: string) => data(api.POST('/v1/writer/content/{id}/to_review/', { params: { path: { id }, query: { site_id: site } } }))
