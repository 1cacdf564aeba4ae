import { api, data } from '../client'

export const pauseRun = (site: string, run: string) => data(api.POST('/v1/automation/pause/', { params: { query: { site_id: site, run_id: run } } }))
