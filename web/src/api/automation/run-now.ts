import { api, data } from '../client'

/** Starts a run; `key` makes it safe to repeat. */
export const runNow = (siteId: string, key: string) => data(api.POST('/v1/automation/run_now/', { params: { query: { site_id: siteId }, header: { 'Idempotency-Key': key } } }))
