import { api, data } from '../client'

/** Brings a deleted one back; an unwritten one takes its idea again. */
export const restoreTask = (site: string, id: string) => data(api.POST('/v1/writer/tasks/{id}/restore/', { params: { path: { id }, query: { site_id: site } } }))
