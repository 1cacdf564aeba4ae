/** The map as a list: topics, clusters, keywords, as far as they are open. */
import type { Dot } from '@/api/types'
import type { Topic } from './layout'
import type { Hit } from './search'

export interface Row {
  id: string
  level: 1 | 2 | 3
  text: string
  keywords: number
  /** Undefined: it has nothing below it. */
  open: boolean | undefined
  place: number
  of: number
  topic: number
  /** Number of the cluster over all topics; -1 for a topic. */
  cluster: number
}

/** Which clusters match a text, by their number over all topics; null: nothing is looked for. A topic that matches has all of its clusters. */
export function matching(topics: readonly Topic[], text: string): Set<number> | null {
  const words = text.trim().toLowerCase()
  if (words === '') return null
  const out = new Set<number>()
  let n = 0
  for (const t of topics) {
    const whole = t.name.toLowerCase().includes(words)
    for (const c of t.clusters) {
      if (whole || c.name.toLowerCase().includes(words)) out.add(n)
      n++
    }
  }
  return out
}

/** Rows in the order in which they are seen. What matches is open, and so are clusters of keywords that were found, which have these alone below them. */
export function rowsOf(topics: readonly Topic[], open: ReadonlySet<string>, match: ReadonlySet<number> | null, dots: ReadonlyMap<string, readonly Dot[]>, hits: ReadonlyMap<string, readonly Hit[]> = new Map()): Row[] {
  const out: Row[] = []
  let n = 0
  const shown = topics.map((t, topic) => {
    const first = n
    n += t.clusters.length
    const clusters = t.clusters.map((c, i) => ({ c, at: first + i })).filter(({ at }) => !match || match.has(at))
    return { t, topic, clusters }
  }).filter((x) => x.clusters.length > 0)
  shown.forEach(({ t, topic, clusters }, i) => {
    const id = `t${topic}`
    const isOpen = match ? !open.has(id) : open.has(id)
    out.push({ id, level: 1, text: t.name, keywords: t.keywords_count, open: isOpen, place: i + 1, of: shown.length, topic, cluster: -1 })
    if (!isOpen) return
    clusters.forEach(({ c, at }, j) => {
      const within = hits.get(c.id) ?? dots.get(c.id)
      const opened = hits.has(c.id) ? !open.has(c.id) : open.has(c.id)
      out.push({ id: c.id, level: 2, text: c.name, keywords: c.keywords_count, open: c.keywords_count > 0 ? opened : undefined, place: j + 1, of: clusters.length, topic, cluster: at })
      if (opened) within?.forEach((d, k) => out.push({ id: `k${d.id}`, level: 3, text: d.keyword, keywords: 0, open: undefined, place: k + 1, of: within.length, topic, cluster: at }))
    })
  })
  return out
}

/** The row that a key goes to from row `at`, and whether it is opened or closed instead. */
export function step(rows: readonly Row[], at: number, key: string, page: number): { to: number; turn?: boolean } | null {
  const row = rows[at]
  const last = rows.length - 1
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, at + 1) }
    case 'ArrowUp':
      return { to: Math.max(0, at - 1) }
    case 'PageDown':
      return { to: Math.min(last, at + page) }
    case 'PageUp':
      return { to: Math.max(0, at - page) }
    case 'Home':
      return { to: 0 }
    case 'End':
      return { to: last }
    case 'ArrowRight':
      if (row?.open === false) return { to: at, turn: true }
      return row?.open && (rows[at + 1]?.level ?? 0) > row.level ? { to: at + 1 } : null
    case 'ArrowLeft': {
      if (row?.open) return { to: at, turn: true }
      for (let i = at - 1; i >= 0; i--) if ((rows[i]?.level ?? 9) < (row?.level ?? 0)) return { to: i }
      return null
    }
    default:
      return null
  }
}
