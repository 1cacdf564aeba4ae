import { api, data } from '../client'

/** Starts a run; sent again with the same key it gives the same run. */
export const runNow = (site: string, key: string) => data(api.POST('/v1/automation/run_now/', { params: { query: { site_id: site }, header: { 'Idempotency-Key': key } } }))
