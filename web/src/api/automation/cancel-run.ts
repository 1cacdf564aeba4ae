import { api, data } from '../client'

export const cancelRun = (site: string, run: string) => data(api.POST('/v1/automation/cancel/', { params: { query: { site_id: site, run_id: run } } }))
