import './grid.css'
import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useSyncExternalStore, type ReactNode, type Ref } from 'react'
import { Icon } from '@/components/ui/icon'
import { ErrorState } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { count as figure } from '@/lib/format'
import { useShortcuts } from '@/lib/shortcuts'
import { nextOrder, sortOf, type GridColumn } from './columns'
import { Engine } from './engine'
import type { Rows } from './rows'
import { nothing, sizeOf, type Selection } from './selection'

export interface GridHandle<T> {
  active: () => T | undefined
  move: (step: number) => void
}

export interface GridProps<T, K extends string | number> {
  label: string
  rows: Rows<T>
  /** Those shown, by `pickColumns`; the first is the record's name. */
  columns: readonly GridColumn<T>[]
  rowKey: (row: T) => K
  ordering: string
  onOrder: (ordering: string) => void
  selection: Selection<K>
  onSelection: (selection: Selection<K>) => void
  onOpen?: (row: T) => void
  onActive?: (row: T | undefined) => void
  /** Where a click with the command key goes. */
  href?: (row: T) => string
  empty: ReactNode
  ref?: Ref<GridHandle<T>>
}

/** A long table: rows come from the server by windows, a fixed number of elements shows them. */
export function Grid<T, K extends string | number>(props: GridProps<T, K>) {
  const { label, rows, columns, rowKey, ordering, onOrder, selection, onSelection, onOpen, onActive, href, empty, ref } = props
  const box = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const engine = useRef<Engine<T, K> | null>(null)
  const id = useId()
  const state = useSyncExternalStore(rows.subscribe, rows.snapshot)
  // Before the first paint: the engine gives the columns their widths, and a head that is painted without them moves.
  useLayoutEffect(() => {
    if (!box.current || !body.current) return
    const made = (engine.current = new Engine<T, K>(box.current, body.current, rows, id))
    return () => {
      made.dispose()
      engine.current = null
    }
  }, [rows, id])
  useLayoutEffect(() => engine.current?.update({ columns, selection, rowKey, onSelection, onOpen, onActive, href }))
  useEffect(() => engine.current?.restart(), [state.generation])
  useImperativeHandle(ref, () => ({ active: () => engine.current?.active, move: (step: number) => engine.current?.move(step) }), [])
  useShortcuts([
    { keys: 'j', label: 'Next row', group: 'List', run: () => engine.current?.step(1) },
    { keys: 'k', label: 'Row before', group: 'List', run: () => engine.current?.step(-1) },
    { keys: 'x', label: 'Select the row', group: 'List', run: () => engine.current?.toggleActive() },
    { keys: 'Shift ↓', label: 'Select a range', group: 'List', run: () => undefined },
    { keys: 'Ctrl A', label: 'Select all that the filter finds', group: 'List', run: () => undefined },
    { keys: 'Escape', label: 'Drop the selection', group: 'List', run: () => onSelection(nothing) },
    ...(onOpen ? [{ keys: '↵', label: 'Open the row', group: 'List', run: () => undefined }] : []),
  ])
  const none = state.count === 0 && !state.busy
  const failed = state.error !== null && state.count === undefined
  const size = sizeOf(selection, state.count ?? 0)
  const all = size > 0 && size === state.count
  return (
    <>
      {state.error !== null && <ErrorState error={state.error} onRetry={() => rows.refresh()} />}
      {none && !state.error && <div className="min-h-0 flex-1 overflow-y-auto">{empty}</div>}
      <div
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable
        aria-busy={state.busy}
        aria-rowcount={(state.count ?? -1) < 0 ? -1 : (state.count ?? 0) + 1}
        aria-colcount={columns.length + 1}
        className={cx('relative min-h-64 flex-1 overflow-auto rounded-t-lg border border-b-0 border-line bg-panel text-sm outline-offset-[-2px]', (none || failed) && 'hidden')}
      >
        <div role="rowgroup" className="sticky top-0 z-3">
          <div role="row" aria-rowindex={1} className="grid-head text-xs font-medium text-faint">
            <div role="columnheader" aria-colindex={1} className="grid-check flex h-9 items-center justify-center border-b border-line">
              <button type="button" aria-label={all ? 'Drop the selection' : `Select all ${figure(state.count ?? 0)}`} className="grid size-7 place-items-center rounded-sm" onClick={() => onSelection(all ? nothing : { all: true })}>
                <span className="grid-box" data-on={size === 0 ? undefined : all ? 'all' : 'some'} />
              </button>
            </div>
            {columns.map((c, i) => (
              <Head key={c.key} column={c} first={i === 0} index={i + 2} ordering={ordering} onOrder={onOrder} />
            ))}
          </div>
        </div>
        {state.busy && state.count !== undefined && <div aria-hidden className="grid-asks" />}
        <div ref={body} role="rowgroup" className="grid-body" />
      </div>
    </>
  )
}

function Head<T>({ column, first, index, ordering, onOrder }: { column: GridColumn<T>; first: boolean; index: number; ordering: string; onOrder: (o: string) => void }) {
  const now = sortOf(column.sort, ordering)
  return (
    <div role="columnheader" aria-colindex={index} aria-sort={now} className={cx('flex h-9 min-w-0 items-center border-b border-line px-2.5', column.right && 'justify-end', first && 'grid-main')}>
      {column.sort ? (
        <button type="button" data-sort={column.key} className="inline-flex min-w-0 items-center gap-1 rounded-sm hover:text-ink" onClick={() => onOrder(nextOrder(column, ordering))}>
          <span className="truncate">{column.head}</span>
          {(now === 'ascending' || now === 'descending') && <Icon name={now === 'ascending' ? 'up' : 'down'} className="size-3" />}
        </button>
      ) : (
        <span className="truncate">{column.head}</span>
      )}
    </div>
  )
}
