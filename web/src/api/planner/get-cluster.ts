import { raw } from '../client'
import type { Versioned } from '../pending2'
import type { Cluster } from '../types'

export const getCluster = async (site: string, id: string, signal?: AbortSignal) =>
  (await raw<{ data: Cluster & Versioned }>('GET', `/v1/planner/clusters/${id}/`, { query: { site_id: site }, signal })).data
