import { api, data } from '../client'
import { ifMatch } from '../list'

/** Takes keywords of a cluster into a new one; refused when others changed the cluster since `version`. */
export const splitCluster = (site: string, cluster: string, ids: number[], name: string, version: number, key: string) =>
  data(api.POST('/v1/planner/clusters/{id}/split/', { params: { path: { id: cluster }, header: { 'Idempotency-Key': key } }, headers: ifMatch(version), body: { site_id: site, keyword_ids: ids, name } }))
