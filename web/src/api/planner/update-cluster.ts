import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type ClusterEdit = Body<'update_cluster'>

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateCluster = (site: string, id: string, body: ClusterEdit, version?: number) =>
  data(api.PATCH('/v1/planner/clusters/{id}/', { params: { path: { id }, query: { site_id: site } }, body, headers: ifMatch(version) }))
