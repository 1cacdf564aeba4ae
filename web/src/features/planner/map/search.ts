/** What a text finds on the map: topics and clusters by their names, which are here, and keywords, which the server looks for. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { listKeywords } from '@/api/planner/list-keywords'
import type { Keyword } from '@/api/types'
import { plural } from '@/lib/format'

/** So many keywords are shown; how many there are is told. */
export const MOST = 100
const PAUSE_MS = 200

/** A keyword in the list of the map. */
export interface Hit {
  id: number
  keyword: string
}

export interface Found {
  text: string
  /** By id of a cluster, those that were found in it. */
  hits: ReadonlyMap<string, readonly Hit[]>
  /** The first that is in a cluster. */
  first: { hit: Hit; cluster: string } | null
  /** All that the server knows of, in clusters or not. */
  count: number
  /** Of those that were read, how many are in no cluster of the map. */
  outside: number
}

/** Sorts found keywords by their clusters. What is in none is counted. */
export function sorted(text: string, list: readonly Pick<Keyword, 'id' | 'keyword' | 'cluster_id'>[], count: number, clusters: ReadonlySet<string>): Found {
  const hits = new Map<string, Hit[]>()
  let first: Found['first'] = null
  let outside = 0
  for (const { id, keyword, cluster_id: cluster } of list) {
    if (!cluster || !clusters.has(cluster)) {
      outside++
      continue
    }
    const hit = { id, keyword }
    first ??= { hit, cluster }
    const at = hits.get(cluster)
    if (at) at.push(hit)
    else hits.set(cluster, [hit])
  }
  return { text, hits, first, count, outside }
}

/** What the search has found, for those who see and for those who hear it. */
export function tell(text: string, clusters: number, found: Found | null, failed: boolean): string {
  const parts = [`${plural(clusters, 'cluster')} found by name`]
  if (failed) parts.push('keywords could not be searched')
  else if (!found || found.text !== text) parts.push('looking for keywords…')
  else if (found.count === 0) parts.push('no keyword')
  else {
    const some = found.count > MOST ? `, the first ${MOST} are listed` : ''
    parts.push(`${plural(found.count, 'keyword')}${some}${found.outside > 0 ? `, ${found.outside} in no cluster` : ''}`)
  }
  return parts.join('; ')
}

/** Keywords that have a text, a moment after it was typed. */
export function useFound(site: string, typed: string, clusters: ReadonlySet<string>): { found: Found | null; failed: boolean } {
  const text = typed.trim()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const { data, error } = useQuery({ queryKey: ['planner', 'map-search', site, asked], enabled: asked !== '', queryFn: ({ signal }) => listKeywords(site, { search: asked, ordering: '-volume' }, 1, MOST, signal) })
  const current = text !== '' && text === asked
  const found = useMemo(() => (current && data ? sorted(asked, data.results, data.count, clusters) : null), [current, data, asked, clusters])
  return { found, failed: current && error !== null }
}
