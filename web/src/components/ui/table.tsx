import type { ReactNode } from 'react'
import { cx } from '@/lib/cx'
import { count } from '@/lib/format'
import type { ListChange, ListState } from '@/lib/listState'
import { Button } from './button'
import { Select } from './field'
import { Icon } from './icon'
import { ErrorState, Skeleton } from './states'

export interface Column<T> {
  key: string
  head: string
  /** The field that the API sorts by. */
  sort?: string
  cell: (row: T) => ReactNode
  /** Figures stand on the right. */
  right?: boolean
  /** Not shown below this width. */
  from?: 'sm' | 'md' | 'lg'
}

const from = { sm: 'hidden sm:table-cell', md: 'hidden md:table-cell', lg: 'hidden lg:table-cell' }

export interface TableProps<T> {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[] | undefined
  rowKey: (row: T) => string
  error?: unknown
  onRetry?: () => void
  ordering?: string
  onOrder?: (ordering: string) => void
  empty: ReactNode
}

/** A short table: pages of up to 100 records. Long lists use components/grid. */
export function Table<T>({ label, columns, rows, rowKey, error, onRetry, ordering, onOrder, empty }: TableProps<T>) {
  if (error && rows === undefined) return <ErrorState error={error} onRetry={onRetry} />
  if (rows?.length === 0) return <>{empty}</>
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse text-sm" aria-busy={rows === undefined}>
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-line">
            {columns.map((c) => (
              <Head key={c.key} column={c} ordering={ordering ?? ''} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? Array.from({ length: 6 }, (_, i) => (
                <tr key={i}>
                  {columns.map((c) => (
                    <td key={c.key} className={cx('px-3 py-2.5', c.from && from[c.from])}>
                      <Skeleton className="h-4 w-3/4" />
                    </td>
                  ))}
                </tr>
              ))
            : rows.map((r) => (
                <tr key={rowKey(r)} className="border-b border-line last:border-0 hover:bg-hover">
                  {columns.map((c) => (
                    <td key={c.key} className={cx('px-3 py-2 align-top', c.right && 'figures text-right', c.from && from[c.from])}>
                      {c.cell(r)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  )
}

function Head<T>({ column, ordering, onOrder }: { column: Column<T>; ordering: string; onOrder: ((o: string) => void) | undefined }) {
  const { sort } = column
  const now = sort === undefined ? undefined : ordering === sort ? 'ascending' : ordering === `-${sort}` ? 'descending' : 'none'
  const place = cx('px-3 py-2 text-left text-xs font-medium text-faint', column.right && 'text-right', column.from && from[column.from])
  if (sort === undefined || !onOrder) return <th scope="col" className={place}>{column.head}</th>
  return (
    <th scope="col" aria-sort={now} className={place}>
      <button type="button" className="inline-flex items-center gap-1 hover:text-ink" onClick={() => onOrder(now === 'ascending' ? `-${sort}` : sort)}>
        {column.head}
        {now !== 'none' && <Icon name={now === 'ascending' ? 'up' : 'down'} className="size-3" />}
      </button>
    </th>
  )
}

/** The row below a table: which records are shown, page by page. */
export function Pager<F extends string>({ list, total }: { list: ListState<F> & { set: (change: ListChange<F>) => void }; total: number | undefined }) {
  const pages = total === undefined ? 1 : Math.max(1, Math.ceil(total / list.pageSize))
  const first = (list.page - 1) * list.pageSize + 1
  return (
    <div className="figures flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5 text-sm text-soft">
      <p aria-live="polite" className="flex-1">
        {total === undefined ? 'Loading…' : total === 0 ? 'None' : `${count(first)}–${count(Math.min(total, first + list.pageSize - 1))} of ${count(total)}`}
      </p>
      <Select label="Records a page" bare size="sm" value={String(list.pageSize)} choices={[25, 50, 100].map((n) => ({ value: String(n), label: `${n} a page` }))} onChange={(e) => list.set({ pageSize: Number(e.target.value) })} />
      <Button size="sm" disabled={list.page <= 1} onClick={() => list.set({ page: list.page - 1 })}>
        Previous
      </Button>
      <Button size="sm" disabled={list.page >= pages} onClick={() => list.set({ page: list.page + 1 })}>
        Next
      </Button>
    </div>
  )
}
