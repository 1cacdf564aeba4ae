import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { getClusterMap } from '@/api/planner/get-cluster-map'
import { getClusterMapKeywords } from '@/api/planner/get-cluster-map-keywords'
import type { Dot } from '@/api/types'
import { useSite } from '@/app/site'
import { Button, ButtonLink } from '@/components/ui/button'
import { Input } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Bleed, PageHead } from '@/components/ui/page'
import { EmptyState, ErrorNote, ErrorState, SkeletonRows } from '@/components/ui/states'
import { compact, plural } from '@/lib/format'
import { useTheme } from '@/stores/theme'
import { ALONE, FADED, SHADES } from './map/ink'
import { layout, type Topic } from './map/layout'
import { MapTree } from './map/MapTree'
import { tell, useFound } from './map/search'
import { matching, rowsOf, type Row } from './map/tree'
import { MapView } from './map/view'

/** Keywords are read for what is seen, so many clusters at a time. */
const WINDOW = 100
/** From so many pixels a unit on, and in clusters of at least so many keywords of it. */
const NEAR = 18

/** All clusters of a site at a look: topics hold clusters, clusters hold keywords. The list beside it has the same. */
export default function ClusterMapPage() {
  const site = useSite()
  const query = useQuery({ queryKey: ['planner', 'map', site.id], staleTime: 60_000, queryFn: ({ signal }) => getClusterMap(site.id, signal) })
  return (
    <Bleed>
      <PageHead
        title="Map of clusters"
        actions={
          <ButtonLink to={`/planner/clusters?site=${site.id}`}>
            <Icon name="cluster" /> List of clusters
          </ButtonLink>
        }
      />
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonRows rows={12} />
      ) : query.data.length === 0 ? (
        <EmptyState icon="map" title="No clusters yet" action={<ButtonLink look="solid" to={`/planner/clusters?site=${site.id}`}>To the clusters</ButtonLink>}>
          Group keywords first: each cluster is a circle here, as large as it has keywords.
        </EmptyState>
      ) : (
        <ClusterMap site={site.id} topics={query.data} />
      )}
    </Bleed>
  )
}

/** Five shades by the searches of a month of the mean keyword. */
function shadeOf(volume: number, keywords: number): number {
  const mean = volume / Math.max(1, keywords)
  return mean <= 0 ? 0 : Math.min(SHADES - 1, 1 + Math.floor(Math.log10(Math.max(1, mean / 20)) * 1.4))
}

function ClusterMap({ site, topics }: { site: string; topics: Topic[] }) {
  const navigate = useNavigate()
  const map = useMemo(() => layout(topics), [topics])
  const spots = useMemo(() => topics.flatMap((t) => t.clusters), [topics])
  const keywords = topics.reduce((n, t) => n + t.keywords_count, 0)
  const [search, setSearch] = useState('')
  const found = useDeferredValue(search)
  const named = useMemo(() => matching(topics, found), [topics, found])
  const number = useMemo(() => new Map(spots.map((c, i) => [c.id, i])), [spots])
  const ids = useMemo(() => new Set(number.keys()), [number])
  const { found: keywordsFound, failed } = useFound(site, search, ids)
  const hits = keywordsFound?.hits
  const match = useMemo(() => named && new Set([...named, ...[...(hits?.keys() ?? [])].map((id) => number.get(id) ?? -1)]), [named, hits, number])
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState('')
  const { dots, want } = useDots(site)
  const rows = useMemo(() => rowsOf(topics, open, match, dots, hits), [topics, open, match, dots, hits])
  const shade = useMemo(() => Uint8Array.from(spots, (c, i) => (match && !match.has(i) ? FADED : c.disabled ? ALONE : shadeOf(c.volume, c.keywords_count))), [spots, match])
  const names = useMemo(() => ({ topics: topics.map((t) => t.name), clusters: spots.map((c) => c.name) }), [topics, spots])
  const written = useMemo(() => new Map(spots.flatMap((c, i) => (dots.has(c.id) ? [[i, (dots.get(c.id) ?? []).map((d) => d.keyword)] as const] : []))), [spots, dots])
  const row = rows.find((r) => r.id === at)
  const marked = row?.cluster ?? -1
  const spot = spots[marked]

  const choose = (topic: number, cluster: number) => {
    const c = spots[cluster]
    setOpen((was) => new Set(was).add(`t${topic}`))
    setAt(c ? c.id : `t${topic}`)
  }
  const [unseen, setUnseen] = useState(false)
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<MapView | null>(null)
  const onPick = useRef(choose)
  useEffect(() => {
    onPick.current = choose
  })
  const onRest = useCallback(
    (v: { x: number; y: number; k: number }, width: number, height: number) => {
      if (v.k < NEAR) return
      const seen: string[] = []
      for (let c = 0; c < spots.length && seen.length < WINDOW; c++) {
        const far = (map.clusters.r[c] ?? 0) + Math.hypot(width, height) / 2 / v.k
        if (Math.abs((map.clusters.x[c] ?? 0) - v.x) < far && Math.abs((map.clusters.y[c] ?? 0) - v.y) < far) seen.push(spots[c]?.id ?? '')
      }
      want(seen)
    },
    [map, spots, want],
  )
  useEffect(() => {
    if (!host.current) return
    const made = new MapView(host.current, { onPick: ({ topic, cluster }) => onPick.current(topic, cluster), onRest, onFail: () => setUnseen(true) })
    view.current = made
    return () => {
      made.close()
      view.current = null
    }
  }, [onRest])
  useEffect(() => {
    view.current?.show({ map, shade, ...names, keywords: written })
  }, [map, shade, names, written, onRest])
  useEffect(() => view.current?.mark(marked), [marked, onRest])
  const theme = useTheme((s) => s.theme)
  useEffect(() => view.current?.restyle(), [theme])

  // A keyword that was found is marked and brought into the middle; the focus stays where one types.
  const first = keywordsFound?.first
  const [brought, setBrought] = useState(first)
  if (first !== brought) {
    setBrought(first)
    if (first) {
      setAt(`k${first.hit.id}`)
      // What was opened or closed before hides none of what was found.
      setOpen(new Set())
    }
  }
  useEffect(() => {
    const c = first && number.get(first.cluster)
    if (c !== undefined && c !== null) view.current?.goTo(map.clusters.x[c] ?? 0, map.clusters.y[c] ?? 0, map.clusters.r[c] ?? 1)
  }, [first, number, map])

  const turn = (r: Row) => {
    const next = new Set(open)
    if (!next.delete(r.id)) next.add(r.id)
    setOpen(next)
    setAt(r.id)
    if (r.level === 2 && next.has(r.id)) want([r.id])
  }
  const show = (r: Row) => {
    setAt(r.id)
    const of = r.cluster >= 0 ? map.clusters : map.topics
    const i = r.cluster >= 0 ? r.cluster : r.topic
    view.current?.goTo(of.x[i] ?? 0, of.y[i] ?? 0, of.r[i] ?? 1)
  }
  const page = (id: string) => `/planner/clusters?site=${site}&item=${id}`
  const gone = (r: Row) => (r.level === 1 ? turn(r) : void navigate(page(spots[r.cluster]?.id ?? '')))
  const told = `${plural(topics.length, 'topic')}, ${plural(spots.length, 'cluster')}, ${plural(keywords, 'keyword')}`
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 pb-4 lg:flex-row">
      <div className="relative h-[46dvh] shrink-0 overflow-hidden rounded-md border border-line lg:h-auto lg:min-w-0 lg:flex-1">
        <div ref={host} role="img" aria-label={`Map of ${told}. The list has all that it shows.`} className="relative size-full cursor-grab touch-none overflow-hidden bg-page active:cursor-grabbing" />
        {unseen && <ErrorNote className="absolute top-2 right-14 left-2" explained={{ cause: 'The map can’t be drawn here.', next: 'Load the page again, or use the list: it has all that the map shows.' }} />}
        <div className="absolute top-2 right-2 flex flex-col gap-1">
          <Button size="icon" aria-label="Zoom in" onClick={() => view.current?.zoom(1.8)}>
            <Icon name="plus" />
          </Button>
          <Button size="icon" aria-label="Zoom out" onClick={() => view.current?.zoom(1 / 1.8)}>
            <Icon name="minus" />
          </Button>
          <Button size="icon" aria-label="Show all" onClick={() => view.current?.fit()}>
            <Icon name="fit" />
          </Button>
        </div>
        {spot && (
          <div role="status" className="absolute bottom-2 left-2 flex max-w-[calc(100%-1rem)] flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line bg-raised px-3 py-2 shadow-pop">
            <div className="min-w-0">
              {row?.level === 3 && <p className="truncate text-xs text-soft">{row.text}</p>}
              <p className="truncate font-medium">{spot.name}</p>
              <p className="figures text-xs text-soft">
                {plural(spot.keywords_count, 'keyword')}, {compact(spot.volume)} searches a month
              </p>
            </div>
            <ButtonLink size="sm" to={page(spot.id)}>
              Open
            </ButtonLink>
          </div>
        )}
      </div>
      <section aria-label="List of the map" className="flex min-h-0 flex-1 flex-col gap-2 lg:w-80 lg:flex-none">
        <Input bare label="Find topics, clusters and keywords" type="search" placeholder="Find topics, clusters, keywords" value={search} onChange={(e) => setSearch(e.target.value)} data-search />
        <p role="status" className="figures text-xs text-soft">
          {named ? tell(found.trim(), named.size, keywordsFound, failed) : told}
        </p>
        <MapTree label="Topics and clusters" rows={rows} at={at} onAt={show} onTurn={turn} onOpen={gone} />
        <p className="text-xs text-faint">A circle is as large as it has keywords, and the darker the more they are searched.</p>
      </section>
    </div>
  )
}

/** Keywords of clusters, read when they are wanted and kept. */
function useDots(site: string) {
  const client = useQueryClient()
  const [dots, setDots] = useState<ReadonlyMap<string, readonly Dot[]>>(new Map())
  const asked = useRef(new Set<string>())
  const want = useCallback(
    (clusters: readonly string[]) => {
      const fresh = clusters.filter((c) => c && !asked.current.has(c))
      if (fresh.length === 0) return
      fresh.forEach((c) => asked.current.add(c))
      void client
        .query({ queryKey: ['planner', 'map-keywords', site, fresh.join()], queryFn: ({ signal }) => getClusterMapKeywords(site, fresh, signal) })
        .then((list) =>
          setDots((was) => {
            const next = new Map(was)
            for (const c of fresh) next.set(c, [])
            for (const d of list) next.set(d.cluster_id, [...(next.get(d.cluster_id) ?? []), d])
            for (const c of fresh) next.set(c, [...(next.get(c) ?? [])].sort((a, b) => (b.similarity ?? 0) - (a.similarity ?? 0)))
            return next
          }),
        )
        .catch(() => fresh.forEach((c) => asked.current.delete(c)))
    },
    [client, site],
  )
  return { dots, want }
}
