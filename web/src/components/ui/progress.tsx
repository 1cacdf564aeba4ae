import { cx } from '@/lib/cx'

/** How far something is. Without a total it is under way, nobody knows how long. */
export function Progress({ label, value, total, tone = 'ember', className }: { label: string; value: number; total?: number | undefined; tone?: 'ember' | 'good' | 'warn'; className?: string }) {
  const share = total ? Math.min(1, value / total) : undefined
  const fill = { ember: 'bg-ember', good: 'bg-good', warn: 'bg-warn' }[tone]
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total ?? undefined} aria-valuenow={total ? Math.min(value, total) : undefined} className={cx('h-1.5 overflow-hidden rounded-full bg-hover', className)}>
      <div className={cx('h-full rounded-full transition-[width] duration-300', fill, share === undefined && 'pulse w-full')} style={share === undefined ? undefined : { width: `${share * 100}%` }} />
    </div>
  )
}
