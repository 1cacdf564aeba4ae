import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { listClusterKeywords } from '@/api/planner/list-cluster-keywords'
import { lockKeywords } from '@/api/planner/lock-keywords'
import type { Cluster, Member } from '@/api/types'
import { tell } from '@/components/grid/Actions'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { ErrorState, SkeletonRows } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { compact, plural } from '@/lib/format'
import { toast } from '@/stores/toasts'
import { why } from './members'

const PAGE = 50

/** What is to be done with chosen keywords of a cluster. */
export interface MembersAsked {
  cluster: Cluster
  keywords: number[]
  what: 'move' | 'split'
}

/** The keywords of a cluster, the most alike to its leader first, why they are there, and what a person can do about it. */
export function ClusterMembers({ site, cluster, onAsk }: { site: string; cluster: Cluster; onAsk: (asked: MembersAsked) => void }) {
  const client = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const query = useInfiniteQuery({
    queryKey: ['planner', 'members', site, cluster.id],
    initialPageParam: 1,
    queryFn: ({ pageParam, signal }) => listClusterKeywords(site, cluster.id, pageParam, PAGE, signal),
    getNextPageParam: (last, all) => (all.length * PAGE < last.count ? all.length + 1 : undefined),
  })
  const list = query.data?.pages.flatMap((p) => p.results) ?? []
  const total = query.data?.pages[0]?.count ?? 0
  const here = list.filter((m) => chosen.has(m.id))
  const turn = (id: number) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const lock = async (locked: boolean) => {
    try {
      const done = await lockKeywords(site, here.map((m) => m.id), locked)
      toast(`${plural(done.keywords, 'keyword')} ${locked ? 'locked: no clustering moves them' : 'let go'}`)
      setChosen(new Set())
      await client.invalidateQueries({ queryKey: ['planner', 'members'] })
    } catch (thrown) {
      tell(thrown)
    }
  }
  const ask = (what: MembersAsked['what']) => {
    onAsk({ cluster, keywords: here.map((m) => m.id), what })
    setChosen(new Set())
  }
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonRows rows={4} />
  if (total === 0) return <p className="text-soft">It has no keywords. Move some here from other clusters, or from their list.</p>
  return (
    <section aria-label="Keywords of this cluster">
      <div className="flex min-h-8 flex-wrap items-center gap-1.5">
        <h3 className="flex-1 text-sm">{here.length > 0 ? `${here.length} chosen` : 'Keywords, the most alike first'}</h3>
        {here.length > 0 && (
          <>
            <Button size="sm" onClick={() => ask('move')}>
              Move…
            </Button>
            <Button size="sm" disabled={here.length >= total} onClick={() => ask('split')}>
              Split off…
            </Button>
            {here.some((m) => !m.locked) && (
              <Button size="sm" onClick={() => void lock(true)}>
                Lock
              </Button>
            )}
            {here.some((m) => m.locked) && (
              <Button size="sm" onClick={() => void lock(false)}>
                Unlock
              </Button>
            )}
          </>
        )}
      </div>
      <ul className="divide-y divide-line border-y border-line">
        {list.map((m) => (
          <Row key={m.id} member={m} on={chosen.has(m.id)} onTurn={() => turn(m.id)} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button size="sm" className="mt-2" onClick={() => void query.fetchNextPage()}>
          Show more of {plural(total, 'keyword')}
        </Button>
      )}
    </section>
  )
}

function Row({ member: m, on, onTurn }: { member: Member; on: boolean; onTurn: () => void }) {
  const share = m.similarity ?? 0
  return (
    <li className="flex items-start gap-2.5 py-1.5">
      <input type="checkbox" aria-label={m.keyword} checked={on} onChange={onTurn} className="mt-1 size-4 shrink-0 accent-ember" />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className={cx('min-w-0 flex-1 break-words', m.disabled && 'text-faint line-through')}>
            {m.locked && (
              <>
                <Icon name="lock" className="mr-1 inline size-3.5 text-ember" />
                <span className="sr-only">Locked: </span>
              </>
            )}
            {m.keyword}
          </span>
          <span className="figures text-xs text-faint">{m.volume === null ? '' : compact(m.volume)}</span>
        </p>
        <p className="text-xs break-words text-faint">{why(m)}</p>
      </div>
      <div className="figures w-14 shrink-0 pt-0.5 text-right text-xs text-soft">
        {m.similarity === null ? '–' : `${Math.round(share * 100)} %`}
        <div aria-hidden className="mt-0.5 h-1 rounded-full bg-hover">
          <div className="h-full rounded-full bg-ember" style={{ width: `${share * 100}%` }} />
        </div>
      </div>
    </li>
  )
}
