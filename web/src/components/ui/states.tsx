import { useDeferredValue, useState, type ReactNode } from 'react'
import { explain, type Explained } from '@/api/problem'
import { cx } from '@/lib/cx'
import { Button } from './button'
import { Icon, type IconName } from './icon'

/** Nothing to show yet: why, and what to do about it. */
export function EmptyState({ icon = 'info', title, children, action }: { icon?: IconName; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <span className="mb-3 grid size-10 place-items-center rounded-full bg-sunken text-soft">
        <Icon name={icon} className="size-5" />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      {children && <div className="mt-1 max-w-md text-soft">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}

/** Cause, what happened to credits, next step. */
export function ErrorNote({ explained, onRetry, className }: { explained: Explained; onRetry?: (() => void) | undefined; className?: string }) {
  return (
    <div role="alert" className={cx('flex gap-2.5 rounded-md border border-bad/40 bg-bad-wash p-3 text-ink', className)}>
      <Icon name="warn" className="mt-0.5 size-4 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{explained.cause}</p>
        {explained.credits && <p className="text-soft">{explained.credits}</p>}
        <p className="text-soft">{explained.next}</p>
        {explained.reference && <p className="mt-1 font-mono text-2xs break-all text-faint">Reference {explained.reference}</p>}
        {onRetry && (
          <Button size="sm" className="mt-2" onClick={onRetry}>
            <Icon name="again" /> Try again
          </Button>
        )}
      </div>
    </div>
  )
}

/** The error state of something that could not be read. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return <ErrorNote explained={explain(error)} onRetry={onRetry} className="my-4" />
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('pulse block rounded-sm bg-hover', className)} />
}

/** Rows that are on their way. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" className="space-y-2.5 py-3">
      <span className="sr-only">Loading…</span>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} className={cx('h-5', i % 3 === 0 ? 'w-2/3' : i % 3 === 1 ? 'w-full' : 'w-5/6')} />
      ))}
    </div>
  )
}

interface Asked {
  data: unknown
  error: unknown
}

/** Whether all of what was asked for has come, or failed. */
const settled = (queries: readonly Asked[]) => queries.every((q) => q.data !== undefined || q.error)

/** One way to show what a query gives: skeleton, error with retry, or the thing. */
export function Loaded<T>({ query, rows, children }: { query: { data: T | undefined; error: unknown; refetch: () => unknown }; rows?: number; children: (data: T) => ReactNode }) {
  // What comes is drawn when there is time, in slices: a press in between is answered before.
  const drawn = useDeferredValue(query.data !== undefined)
  if (query.data !== undefined && drawn) return <>{children(query.data)}</>
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <SkeletonRows rows={rows} />
}

/** Parts of a page below each other that are shown together, so that none moves when one above it comes. They are there before, unseen, and ask for what they need. */
export function Together({ queries, children }: { queries: readonly Asked[]; children: ReactNode }) {
  const [come, setCome] = useState(false)
  if (!come && settled(queries)) setCome(true)
  const drawn = useDeferredValue(come)
  return (
    <>
      {!drawn && <SkeletonRows rows={12} />}
      <div hidden={!drawn}>{children}</div>
    </>
  )
}

/** A button that copies a text and says so. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false)
  return (
    <Button size="sm" onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))} onBlur={() => setDone(false)}>
      {done ? 'Copied' : label}
    </Button>
  )
}
