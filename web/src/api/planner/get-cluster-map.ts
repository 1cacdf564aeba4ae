import { api, data } from '../client'
import type { ClusterMap } from '../types'

/** All topics of a site with their clusters. */
export async function getClusterMap(site: string, signal?: AbortSignal): Promise<ClusterMap['topics']> {
  const all: ClusterMap['topics'] = []
  for (let from = 0; ; ) {
    const part = await data(api.GET('/v1/planner/clusters/map/', { params: { query: { site_id: site, from } }, signal: signal ?? null }))
    all.push(...part.topics)
    if (part.next === 0) return all
    from = part.next
  }
}
