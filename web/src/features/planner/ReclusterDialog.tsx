import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useRef, useState } from 'react'
import { newKey } from '@/api/client'
import { applyReclustering } from '@/api/planner/apply-reclustering'
import { vectorPriceQuery, type VectorPrice } from '@/api/planner/get-vector-price'
import { listReclusterChanges } from '@/api/planner/list-recluster-changes'
import { listReclusterKeywords } from '@/api/planner/list-recluster-keywords'
import { Problem } from '@/api/problem'
import type { ClusterChange, Reclustering, Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Select } from '@/components/ui/field'
import { ErrorNote, ErrorState, SkeletonRows } from '@/components/ui/states'
import { useAttempt } from '@/lib/attempt'
import { cx } from '@/lib/cx'
import { count, credits, plural } from '@/lib/format'
import { vectorCost } from '@/lib/vectors'
import { doneWithUndo } from './KeywordDialogs'
import { chosenCount, everything, firstStep, idsOf, isChosen, kinds, reclusteringAt, sentence, STEPS, strictnessName, turn, type Choice } from './reclustering'

const PAGE = 100

interface Props {
  site: Site
  /** One cluster alone, to be split by what its keywords are about. */
  cluster?: { id: string; name: string; sector_id: string } | undefined
  onClose: () => void
  onDone: () => void
}

/** The clusters at another strictness: what would change as the slider moves, and all or part of it applied. */
export default function ReclusterDialog({ site, cluster, onClose, onDone }: Props) {
  const sectors = site.sectors
  const [sector, setSector] = useState(cluster?.sector_id ?? sectors[0]?.id)
  const [step, setStep] = useState(firstStep(cluster?.id))
  const asked = useDeferredValue(step)
  const toBuy = useToBuy(site, sector, cluster?.id)
  const client = useQueryClient()
  const [anew, setAnew] = useState(0) // how often it was to be computed though it was already
  const done = useRef(0) // of these
  const query = useQuery({
    queryKey: ['planner', 'recluster', site.id, site.settings.compare_by, sector, cluster?.id, asked, anew],
    enabled: toBuy.settled,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const again = done.current !== anew
      try {
        const computed = await reclusteringAt({ site: site.id, sector, cluster: cluster?.id }, asked, { most: toBuy.take(), again }, signal)
        done.current = anew
        if (again) client.removeQueries({ queryKey: ['planner', 'recluster', site.id], type: 'inactive' }) // what was taken instead
        return computed
      } catch (e) {
        if (e instanceof Problem && e.code === 'price_changed') toBuy.ask()
        throw e
      }
    },
  })
  const told = query.data
  const [choice, setChoice] = useState<{ of: string; choice: Choice }>({ of: '', choice: everything })
  const of = told ? `${told.id} ${told.strictness}` : ''
  const now = choice.of === of ? choice.choice : everything
  const changes = useChanges(told)
  const total = changes.total
  const n = chosenCount(now, total)
  const { busy, fault, attempt, clear } = useAttempt()
  const [key, setKey] = useState(newKey)
  const choose = (c: Choice) => {
    setChoice({ of, choice: c })
    setKey(newKey())
    clear()
  }
  const refresh = () => {
    for (const of of ['cluster', 'members', 'map']) void client.invalidateQueries({ queryKey: ['planner', of] })
    onDone()
  }
  const apply = (t: Reclustering) =>
    attempt(async () => {
      const done = await applyReclustering(t, await idsOf(now, changes.ids), key)
      refresh()
      onClose()
      doneWithUndo(site.id, `${plural(done.keywords, 'keyword')} moved, ${plural(done.made, 'cluster')} made, ${done.ended} ended`, done.undo_version, refresh)
    })
  const waiting = query.isFetching && (query.isPlaceholderData || !told)
  return (
    <Dialog
      open
      size="lg"
      onClose={onClose}
      title={cluster ? `Split “${cluster.name}”` : 'Re-cluster'}
      lead={`Nothing changes until you apply it, and it can be undone.${toBuy.price ? '' : toBuy.agreed ? ' It costs no more credits.' : ' It costs no credits.'}`}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="solid" busy={busy} disabled={!told || waiting || n === 0} onClick={() => told && void apply(told)}>
            {n === total ? `Apply ${plural(total, 'change')}` : `Apply ${count(n)} of ${plural(total, 'change')}`}
          </Button>
        </>
      }
    >
      <div className="grid gap-x-6 gap-y-3 pb-2 sm:grid-cols-2">
        <Field label="Strictness" hint={strictnessName(step)}>
          {(parts) => (
            <>
              <input {...parts} type="range" min={0} max={STEPS} step={1} value={step} aria-valuetext={strictnessName(step)} onChange={(e) => setStep(Number(e.target.value))} className="block h-6 w-full accent-ember" />
              <span aria-hidden className="flex justify-between text-xs text-soft">
                <span>Fewer, broader</span>
                <span>More, tighter</span>
              </span>
            </>
          )}
        </Field>
        {!cluster && sectors.length > 1 && <Select label="Sector" value={sector} choices={sectors.map((s) => ({ value: s.id, label: s.name }))} onChange={(e) => setSector(e.target.value)} />}
      </div>
      {toBuy.price ? (
        <BuyVectors price={toBuy.price} onBuy={toBuy.agree} />
      ) : toBuy.error ? (
        <ErrorState error={toBuy.error} onRetry={toBuy.ask} />
      ) : query.error && !waiting ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : !told ? (
        <SkeletonRows rows={8} />
      ) : (
        <div aria-busy={waiting} className={cx(waiting && 'opacity-60')}>
          <Figures told={told} onAnew={() => { toBuy.ask(); setAnew(anew + 1) }} />
          {total === 0 && !changes.loading ? (
            <p className="py-6 text-center text-soft">At this strictness nothing would change.</p>
          ) : (
            <Changes told={told} list={changes.list} total={total} choice={now} choose={choose} more={changes.more} />
          )}
        </div>
      )}
      <p role="status" className="sr-only">
        {told && !waiting ? `${count(told.clusters)} clusters instead of ${count(told.clusters_before)}, ${plural(total, 'change')}` : 'Computing'}
      </p>
      {fault && (
        <div className="py-2">
          <ErrorNote explained={fault} onRetry={() => { clear(); void query.refetch() }} />
        </div>
      )}
    </Dialog>
  )
}

/** What has to be paid before anything is computed, and whether the person has agreed to it. `ask` has the price told anew. */
function useToBuy(site: Site, sector: string | undefined, cluster: string | undefined) {
  const [changed, setChanged] = useState(false) // the site's choice may be another than it was when it was read
  const asked = changed || site.settings.compare_by === 'openai'
  const query = useQuery({ ...vectorPriceQuery({ site: site.id, sector, cluster }), enabled: asked, staleTime: 0 })
  const [yes, setYes] = useState<string | null>(null)
  const left = useRef(0) // of what was agreed to
  const at = [sector, cluster].join()
  const agreed = yes === at
  const told = !query.isFetching && query.data?.compare_by === 'openai' ? query.data.credits : 0
  const price = asked && !agreed && told > 0 && query.data ? query.data : null
  return {
    price,
    settled: !asked || agreed || (!query.isFetching && !query.error && query.data !== undefined && price === null),
    agreed,
    error: asked ? query.error : null,
    agree: () => {
      left.current = told
      setYes(at)
    },
    /** What may be spent now; what comes later was not agreed to. */
    take: () => {
      const most = left.current
      left.current = 0
      return most
    },
    ask: () => {
      setChanged(true)
      left.current = 0
      setYes(null)
      void query.refetch()
    },
  }
}

function BuyVectors({ price, onBuy }: { price: VectorPrice; onBuy: () => void }) {
  const left = price.texts - price.stored
  return (
    <div className="space-y-3 rounded-md border border-line bg-sunken p-4">
      <p>
        This site compares keywords by OpenAI’s vectors. {price.stored > 0 && `${count(price.stored)} of ${plural(price.texts, 'text')} have theirs. `}
        {left === 1 ? 'That of 1 text has' : `Those of ${count(left)} texts have`} to be bought, once: {vectorCost(price.credits, price.cost_micro_usd)}.
      </p>
      <Button look="solid" onClick={onBuy}>
        Buy for {price.credits === 1000 ? '1 credit' : `${credits(price.credits)} credits`} and compute
      </Button>
    </div>
  )
}

/** All changes by pages. */
function useChanges(told: Reclustering | undefined) {
  const query = useInfiniteQuery({
    queryKey: ['planner', 'recluster-changes', told?.id, told?.strictness],
    enabled: told !== undefined,
    initialPageParam: 1,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => (told ? listReclusterChanges(told, pageParam, PAGE, signal) : { results: [], count: 0 }),
    getNextPageParam: (last, all) => (all.length * PAGE < last.count ? all.length + 1 : undefined),
  })
  const pages = query.data?.pages ?? []
  return {
    list: pages.flatMap((p) => p.results),
    total: Object.values(told?.kinds ?? {}).reduce((sum, n) => sum + n, 0),
    loading: query.isFetching,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    ids: async () => {
      const all: string[] = []
      for (let n = 1; told; n++) {
        const page = await listReclusterChanges(told, n, PAGE)
        all.push(...page.results.map((c) => c.id))
        if (page.results.length === 0 || all.length >= page.count) break
      }
      return all
    },
  }
}

function Figures({ told, onAnew }: { told: Reclustering; onAnew: () => void }) {
  const figures: [string, string][] = [
    ['Clusters', `${count(told.clusters_before)} → ${count(told.clusters)}`],
    ['Keywords that move', `${count(told.moves)} of ${count(told.keywords)}`],
    ['Alike to no other', count(told.alone)],
    ['Locked, stay', count(told.locked)],
  ]
  return (
    <>
      <dl className="figures grid grid-cols-2 gap-3 rounded-md border border-line bg-sunken p-3 sm:grid-cols-4">
        {figures.map(([label, value]) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-faint">{label}</dt>
            <dd className="font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-1 mb-2 text-xs text-faint">
        {count(told.basis.meaning)} keywords are compared by what they mean{told.basis.by === 'openai' && ', by OpenAI’s vectors'}, {count(told.basis.words)} by their words and letters.
        {told.basis.instead && (
          <>
            {` The program’s own vectors were taken instead of OpenAI’s: ${told.basis.instead}. `}
            <button type="button" className="text-ember underline" onClick={onAnew}>
              Compute anew
            </button>
          </>
        )}
      </p>
    </>
  )
}

function Changes({ told, list, total, choice, choose, more }: { told: Reclustering; list: readonly ClusterChange[]; total: number; choice: Choice; choose: (c: Choice) => void; more: (() => void) | undefined }) {
  const n = chosenCount(choice, total)
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b border-line pb-2">
        <span className="figures text-sm text-soft">
          {count(n)} of {plural(total, 'change')} chosen
        </span>
        <span className="flex-1" />
        <Button size="sm" disabled={n === total} onClick={() => choose(everything)}>
          Choose all
        </Button>
        <Button size="sm" disabled={n === 0} onClick={() => choose({ all: false, but: new Set() })}>
          Choose none
        </Button>
      </div>
      <ul aria-label="Changes" className="divide-y divide-line">
        {list.map((c) => (
          <Row key={c.id} told={told} change={c} on={isChosen(choice, c.id)} onTurn={() => choose(turn(choice, c.id))} />
        ))}
      </ul>
      {more && (
        <Button size="sm" className="my-2" onClick={more}>
          Show more of {plural(total, 'change')}
        </Button>
      )}
    </>
  )
}

const tones: Record<ClusterChange['kind'], string> = { split: 'bg-info-wash text-info', merge: 'bg-ember-wash text-ember', gone: 'bg-bad-wash text-bad', move: 'bg-hover text-soft', new: 'bg-good-wash text-good', join: 'bg-good-wash text-good' }

function Row({ told, change, on, onTurn }: { told: Reclustering; change: ClusterChange; on: boolean; onTurn: () => void }) {
  const [open, setOpen] = useState(false)
  const words = sentence(change)
  return (
    <li className="flex items-start gap-2.5 py-2">
      <input type="checkbox" aria-label={words} checked={on} onChange={onTurn} className="mt-1 size-4 shrink-0 accent-ember" />
      <div className="min-w-0 flex-1">
        <p className={cx('break-words', !on && 'text-faint')}>
          <span className={cx('mr-2 inline-block w-12 rounded-sm px-1 text-center text-xs font-medium', tones[change.kind])}>{kinds[change.kind]}</span>
          {words}
        </p>
        {open && <Moving told={told} change={change.id} total={change.keywords} />}
      </div>
      <Button size="sm" look="quiet" aria-expanded={open} aria-label={`Which keywords: ${words}`} onClick={() => setOpen(!open)}>
        Which
      </Button>
    </li>
  )
}

const SHOWN = 40

function Moving({ told, change, total }: { told: Reclustering; change: string; total: number }) {
  const query = useQuery({ queryKey: ['planner', 'recluster-keywords', told.id, told.strictness, change], queryFn: ({ signal }) => listReclusterKeywords(told, change, SHOWN, signal) })
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonRows rows={2} />
  return (
    <ul className="mt-1 text-sm text-soft">
      {query.data.results.map((m) => (
        <li key={m.id} className="break-words">
          {m.keyword} <span className="text-faint">→ {m.to_name}</span>
        </li>
      ))}
      {total > query.data.results.length && <li className="text-faint">and {plural(total - query.data.results.length, 'other')}</li>}
    </ul>
  )
}
