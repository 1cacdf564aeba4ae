import type { LogLine } from '@/api/automation/run-logs'

/** An item of a run that failed. */
export interface Failed {
  key: string
  job: string
  stage: number
  title: string
  cause: string
  reason: string
  used: number | undefined
}

/** Items that failed, latest word first; from the run's story where the program has no list of them. */
export function failedOf(log: readonly LogLine[]): Failed[] {
  const byItem = new Map<string, Failed>()
  for (const l of log) {
    const key = `${l.stage ?? 0}/${l.item ?? l.job ?? l.id}`
    if (l.kind === 'stage_item_processed') byItem.delete(key)
    if (l.kind === 'stage_item_failed') byItem.set(key, { key, job: l.job ?? '', stage: l.stage ?? 0, title: l.title ?? l.item ?? '', cause: l.cause ?? 'ours', reason: l.reason ?? '', used: undefined })
  }
  return [...byItem.values()].reverse()
}
