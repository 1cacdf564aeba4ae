/** Which columns a list shows, in words that fit into its address: `cols=keyword,volume`. */

export interface GridColumn<T> {
  key: string
  head: string
  /** The field that the API sorts by. */
  sort?: string
  /** The first press on the head sorts downwards, as figures are mostly wanted. */
  down?: boolean
  /** In pixels; the first column takes what is left. */
  width: number
  right?: boolean
  /** Not shown until one picks it. */
  hidden?: boolean
  text: (row: T) => string
  /** Classes of the text, such as those of a badge. */
  look?: (row: T) => string
  /** Shown when the pointer rests on the cell; the text itself when absent. */
  hint?: (row: T) => string
}

/** The columns to show: the first always, then those of the address, else those not hidden. */
export function pickColumns<T>(all: readonly GridColumn<T>[], cols: string | null): GridColumn<T>[] {
  if (cols === null) return all.filter((c) => !c.hidden)
  const wanted = cols.split(',')
  return all.filter((c, i) => i === 0 || wanted.includes(c.key))
}

/** The address's word for a choice of columns; null when it is as by default. */
export function columnsWord<T>(all: readonly GridColumn<T>[], keys: readonly string[]): string | null {
  const word = all.filter((c, i) => i > 0 && keys.includes(c.key)).map((c) => c.key).join(',')
  return word === all.filter((c, i) => i > 0 && !c.hidden).map((c) => c.key).join(',') ? null : word
}

/** The order after a press on a head: up, down, as by default. */
export function nextOrder(column: { sort?: string; down?: boolean }, ordering: string): string {
  const { sort } = column
  if (!sort) return ordering
  const first = column.down ? `-${sort}` : sort
  const second = column.down ? sort : `-${sort}`
  if (ordering === first) return second
  return ordering === second ? '' : first
}

export const sortOf = (sort: string | undefined, ordering: string): 'ascending' | 'descending' | 'none' | undefined =>
  sort === undefined ? undefined : ordering === sort ? 'ascending' : ordering === `-${sort}` ? 'descending' : 'none'
