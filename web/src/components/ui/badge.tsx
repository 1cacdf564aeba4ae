import type { ReactNode } from 'react'
import { cx } from '@/lib/cx'
import { title } from '@/lib/format'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'ember'

const tones: Record<Tone, string> = {
  plain: 'bg-hover text-soft',
  good: 'bg-good-wash text-good',
  warn: 'bg-warn-wash text-warn',
  bad: 'bg-bad-wash text-bad',
  info: 'bg-info-wash text-info',
  ember: 'bg-ember-wash text-ember',
}

export function Badge({ tone = 'plain', children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return <span className={cx('inline-flex items-center gap-1 rounded-sm px-1.5 text-xs leading-5 font-medium whitespace-nowrap', tones[tone], className)}>{children}</span>
}

/** One tone for a status wherever it is shown. */
const statusTones: Record<string, Tone> = {
  new: 'info', mapped: 'good', queued: 'warn', in_progress: 'ember', running: 'ember', waiting: 'plain', completed: 'good', done: 'good', published: 'good', approved: 'good',
  generated: 'good', review: 'warn', paused: 'warn', pending: 'plain', draft: 'plain', failed: 'bad', cancelled: 'plain', rejected: 'bad', disabled: 'plain', active: 'good', scheduled: 'info',
  publishing: 'ember', unsure: 'warn',
}
export const statusTone = (status: string): Tone => statusTones[status] ?? 'plain'

/** What a status is called, wherever it is shown. */
export const statusText = (status: string) => (status === 'review' ? 'In review' : title(status))

export function Status({ status }: { status: string }) {
  return <Badge tone={statusTone(status)}>{statusText(status)}</Badge>
}
