import { useEffect, useId, useRef, useState } from 'react'
import { Icon } from '@/components/ui/icon'
import { cx } from '@/lib/cx'
import { count } from '@/lib/format'
import { step, type Row } from './tree'

const HEIGHT = 28
const AROUND = 6

interface Props {
  label: string
  rows: readonly Row[]
  at: string
  onAt: (row: Row) => void
  onTurn: (row: Row) => void
  /** Enter, or a second press: its page. */
  onOpen: (row: Row) => void
}

/** The map as a tree for the keyboard and for screen readers; only rows that are seen are there. */
export function MapTree({ label, rows, at, onAt, onTurn, onOpen }: Props) {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(400)
  const index = Math.max(0, rows.findIndex((r) => r.id === at))
  useEffect(() => {
    const box = ref.current
    if (!box) return
    const seen = new ResizeObserver(() => setHeight(box.clientHeight))
    seen.observe(box)
    return () => seen.disconnect()
  }, [])
  useEffect(() => {
    const box = ref.current
    if (!box || at === '') return
    const y = index * HEIGHT
    if (y < box.scrollTop) box.scrollTop = y
    else if (y + HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = y + HEIGHT - box.clientHeight
  }, [index, at])
  const from = Math.max(0, Math.floor(top / HEIGHT) - AROUND)
  const to = Math.min(rows.length, Math.ceil((top + height) / HEIGHT) + AROUND)
  const shown = [...rows.slice(from, to).keys()].map((i) => i + from)
  // The row with the focus is always there, or it could not be told.
  if (rows[index] && !shown.includes(index)) shown.push(index)
  const onKey = (e: React.KeyboardEvent) => {
    const row = rows[index]
    if (!row || e.ctrlKey || e.metaKey || e.altKey) return
    if (e.key === 'Enter') {
      e.preventDefault()
      onOpen(row)
      return
    }
    const went = step(rows, index, e.key, Math.max(1, Math.floor(height / HEIGHT) - 1))
    if (!went) return
    e.preventDefault()
    e.stopPropagation()
    const next = rows[went.to]
    if (went.turn) onTurn(row)
    else if (next) onAt(next)
  }
  return (
    <div
      ref={ref}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={rows[index] ? `${id}-${rows[index].id}` : undefined}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onKeyDown={onKey}
      onFocus={() => at === '' && rows[0] && onAt(rows[0])}
      className="min-h-0 flex-1 overflow-y-auto rounded-md border border-line bg-panel"
    >
      <div role="none" className="relative" style={{ height: rows.length * HEIGHT }}>
        {shown.map((i) => {
          const r = rows[i]
          if (!r) return null
          return (
            <div
              key={r.id}
              id={`${id}-${r.id}`}
              role="treeitem"
              aria-level={r.level}
              aria-expanded={r.open}
              aria-setsize={r.of}
              aria-posinset={r.place}
              aria-selected={r.id === at}
              onClick={() => (r.id === at && r.open !== undefined ? onTurn(r) : onAt(r))}
              onDoubleClick={() => onOpen(r)}
              className={cx('absolute inset-x-0 flex cursor-pointer items-center gap-1.5 pr-2 text-sm', r.id === at ? 'bg-ember-wash' : 'hover:bg-hover', r.level === 1 && 'font-medium', r.level === 3 && 'text-soft')}
              style={{ top: i * HEIGHT, height: HEIGHT, paddingLeft: 6 + (r.level - 1) * 16 }}
            >
              <span
                aria-hidden
                className="grid size-4 shrink-0 place-items-center"
                onClick={(e) => {
                  e.stopPropagation()
                  if (r.open !== undefined) onTurn(r)
                }}
              >
                {r.open !== undefined && <Icon name={r.open ? 'down' : 'right'} className="size-3" />}
              </span>
              <span className="min-w-0 flex-1 truncate" title={r.text}>
                {r.text}
              </span>
              {r.level < 3 && (
                <span className="figures text-xs text-soft">
                  {count(r.keywords)}
                  <span className="sr-only"> keywords</span>
                </span>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}
