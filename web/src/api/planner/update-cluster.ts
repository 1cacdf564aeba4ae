import { raw } from '../client'
import type { ClusterEdit, Versioned } from '../pending2'
import type { Cluster } from '../types'

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateCluster = async (site: string, id: string, body: ClusterEdit, version?: number) =>
  (await raw<{ data: Cluster & Versioned }>('PATCH', `/v1/planner/clusters/${id}/`, { query: { site_id: site }, body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } })).data
