/** What a re-clustering would change, in words, and which of it is chosen. */
import { getJob } from '@/api/jobs/get-job'
import { recluster } from '@/api/planner/recluster'
import type { ClusterChange, Reclustering } from '@/api/types'
import { plural } from '@/lib/format'

/** The slider's steps are those that the server computes together, so that each move is answered at once. */
export const STEPS = 8
const NORMAL = 4
const names: Record<number, string> = { 0: 'Broadest', 2: 'Broad', [NORMAL]: 'Normal', 6: 'Tight', [STEPS]: 'Tightest' }

export const strictnessOf = (step: number) => step / STEPS
export const strictnessName = (step: number) => names[step] ?? `Between ${names[step - 1] ?? ''} and ${(names[step + 1] ?? '').toLowerCase()}`
export const firstStep = (cluster: string | undefined) => (cluster ? 6 : NORMAL)

export const kinds: Record<ClusterChange['kind'], string> = { split: 'Split', merge: 'Merge', gone: 'End', move: 'Move', new: 'New', join: 'Join' }

type Part = ClusterChange['from'][number]

const quoted = (p: Part) => (p.name ? `“${p.name}” (${p.keywords})` : `no cluster (${p.keywords})`)

/** Names, the first three and how many more. */
export function listed(parts: readonly Part[]): string {
  const shown = parts.slice(0, 3).map(quoted)
  const more = parts.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${plural(more, 'other')}`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}

/** A change as a sentence. */
export function sentence(c: ClusterChange): string {
  const n = plural(c.keywords, 'keyword')
  switch (c.kind) {
    case 'split':
      return `“${c.name}” gives ${n} to new clusters: ${listed(c.to)}`
    case 'merge':
      return `${listed(c.from)} ${c.from.length === 1 ? 'goes' : 'go'} into “${c.name}”`
    case 'gone':
      return `“${c.name}” ends: its ${n} ${c.keywords === 1 ? 'goes' : 'go'} to ${listed(c.to)}`
    case 'move':
      return `${n} of “${c.name}” to ${listed(c.to)}`
    case 'new':
      return `“${c.name}” is made of ${n}, from ${listed(c.from)}`
    case 'join':
      return `${n} without a cluster to “${c.name}”`
  }
}

/** Which changes are chosen: all but some, or none but some. */
export interface Choice {
  all: boolean
  but: ReadonlySet<string>
}

export const everything: Choice = { all: true, but: new Set() }
export const isChosen = (c: Choice, id: string) => c.all !== c.but.has(id)

export function turn(c: Choice, id: string): Choice {
  const but = new Set(c.but)
  if (!but.delete(id)) but.add(id)
  return { all: c.all, but }
}

export const chosenCount = (c: Choice, total: number) => (c.all ? total - c.but.size : c.but.size)

/** The ids to apply; undefined for all of them. `read` gives the ids of all changes, where these are needed. */
export async function idsOf(c: Choice, read: () => Promise<string[]>): Promise<string[] | undefined> {
  if (c.all && c.but.size === 0) return undefined
  if (!c.all) return [...c.but]
  return (await read()).filter((id) => !c.but.has(id))
}

const pause = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((done, fail) => {
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      fail(new DOMException('given up', 'AbortError'))
    })
  })

export interface Extent {
  site: string
  sector: string | undefined
  cluster: string | undefined
}

/** What a person agreed to: so many thousandths of a credit at most, and that it is computed though it was already. They hold for one question. */
export interface Terms {
  most: number
  again: boolean
}

/** Jobs under way, by what they look at: one computes all steps, so a second one is not asked for. */
const jobs = new Map<string, string>()

/** What the clusters would be at a step; waits for the job that computes it where one has to. What was agreed to is spent by the first question, whatever comes of it. */
export async function reclusteringAt(x: Extent, step: number, agreed: Terms, signal?: AbortSignal): Promise<Reclustering> {
  const at = [x.site, x.sector, x.cluster].join()
  let terms = agreed
  for (;;) {
    const job = jobs.get(at)
    const { most, again } = terms
    terms = { most: 0, again: false }
    if (job === undefined) {
      const told = await recluster({ site_id: x.site, ...(x.sector && { sector_id: x.sector }), ...(x.cluster && { cluster_id: x.cluster }), strictness: String(strictnessOf(step)), max_credits: most, ...(again && { again: true }) }, signal)
      if (told.result) return told.result
      if (told.job) jobs.set(at, told.job.id)
      continue
    }
    const now = await getJob(job, signal)
    if (now.status === 'done' || now.status === 'failed') jobs.delete(at)
    if (now.status === 'failed') throw new Error(now.reason ?? 'The clusters could not be computed.')
    if (now.status !== 'done') await pause(700, signal)
  }
}
