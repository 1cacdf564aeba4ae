import type { AccountEvent } from '@/api/types'
import type { IconName } from '@/components/ui/icon'
import { count, plural } from '@/lib/format'
import { madeOf, stageName } from '@/lib/stages'

export interface Sentence {
  text: string
  icon: IconName
  tone?: 'bad' | 'good' | 'warn'
  detail?: string | undefined
}

/** What an event says to a person; null for those that say nothing by themselves. */
export function sentenceOf(e: AccountEvent): Sentence | null {
  const stage = stageName(e.stage)
  const thing = e.title ? `“${e.title}”` : 'An item'
  switch (e.kind) {
    case 'run_started':
      return { text: 'The run started', icon: 'run' }
    case 'run_paused':
      return { text: 'The run was paused', icon: 'pause', tone: 'warn', detail: e.reason }
    case 'run_resumed':
      return { text: 'The run goes on', icon: 'run' }
    case 'run_cancelled':
      return { text: 'The run was cancelled', icon: 'stop' }
    case 'run_completed':
      return { text: 'The run is complete', icon: 'check', tone: 'good' }
    case 'run_failed':
      return { text: 'The run failed', icon: 'warn', tone: 'bad', detail: e.reason }
    case 'run_skipped':
      return { text: 'A run was due and not started', icon: 'warn', tone: 'warn', detail: e.reason }
    case 'stage_closed':
      return { text: `${stage} is done`, icon: 'check', detail: madeOf(e.counts ?? {}).map((m) => `${count(m.n)} ${m.words}`).join(', ') }
    case 'stage_item_processed':
      return { text: `${thing}: ${stage}`, icon: 'spark' }
    case 'stage_item_failed':
      return { text: `${thing} failed in ${stage}`, icon: 'warn', tone: 'bad', detail: e.reason }
    case 'content_approved':
      return { text: `${thing} was approved`, icon: 'review' }
    case 'content_published':
      return { text: `${thing} was published`, icon: 'outside', tone: 'good' }
    case 'keywords_imported':
      return { text: `${plural(e.total ?? 0, 'keyword')} imported`, icon: 'key' }
    case 'credits_changed':
      return { text: 'The credits changed', icon: 'credits' }
    default:
      return null
  }
}

/** Items of one kind in a row become one line, so that a run of hundreds is not hundreds of lines. */
export function condense(events: readonly AccountEvent[]): { event: AccountEvent; more: number }[] {
  const lines: { event: AccountEvent; more: number }[] = []
  for (const event of events) {
    if (!sentenceOf(event)) continue
    const last = lines.at(-1)
    if (event.kind === 'stage_item_processed' && last?.event.kind === event.kind && last.event.stage === event.stage && last.event.site === event.site) last.more++
    else lines.push({ event, more: 0 })
  }
  return lines
}
