import { api, data } from '../client'
import { ifMatch } from '../list'

/** Puts the keywords of other clusters into one; refused when others changed that one since `version`. */
export const mergeClusters = (site: string, into: string, others: string[], version: number, key: string) =>
  data(api.POST('/v1/planner/clusters/{id}/merge/', { params: { path: { id: into }, header: { 'Idempotency-Key': key } }, headers: ifMatch(version), body: { site_id: site, ids: others } }))
