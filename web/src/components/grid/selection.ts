/** Which rows of a list are selected: some by id, or all that its query finds. */

export type Selection<K extends string | number> = { all: false; ids: ReadonlySet<K> } | { all: true }

export const nothing = { all: false, ids: new Set<never>() } as const

export const isSelected = <K extends string | number>(s: Selection<K>, id: K) => s.all || s.ids.has(id)

/** How many are selected of `count` that the query finds. */
export const sizeOf = <K extends string | number>(s: Selection<K>, count: number) => (s.all ? count : s.ids.size)

/** Selects or drops one. Out of "all" one goes back to the one that was named: a query can't say "all but this". */
export function toggle<K extends string | number>(s: Selection<K>, id: K): Selection<K> {
  if (s.all) return { all: false, ids: new Set([id]) }
  const ids = new Set(s.ids)
  if (!ids.delete(id)) ids.add(id)
  return { all: false, ids }
}

/** Adds rows of a range. */
export function add<K extends string | number>(s: Selection<K>, more: Iterable<K>): Selection<K> {
  if (s.all) return s
  return { all: false, ids: new Set([...s.ids, ...more]) }
}
