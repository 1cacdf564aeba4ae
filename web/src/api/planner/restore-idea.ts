import { api, data } from '../client'

/** Brings a deleted one back. */
export const restoreIdea = (site: string, id: string) => data(api.POST('/v1/planner/ideas/{id}/restore/', { params: { path: { id }, query: { site_id: site } } }))
