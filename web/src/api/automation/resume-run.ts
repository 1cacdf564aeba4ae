import { api, data } from '../client'

export const resumeRun = (site: string, run: string) => data(api.POST('/v1/automation/resume/', { params: { query: { site_id: site, run_id: run } } }))
