import type { LogLine } from '@/api/automation/run-logs'

/** How many items each stage has planned so far, from the run's story: waves tell their size. */
export function plannedOf(log: readonly LogLine[]): Map<number, number> {
  const planned = new Map<number, number>()
  for (const line of log) if (line.kind === 'wave_planned' && line.stage) planned.set(line.stage, (planned.get(line.stage) ?? 0) + (line.total ?? 0))
  return planned
}

/** Done and failed items of each stage as the story tells them: it is ahead of a wave's close. */
export function doneOf(log: readonly LogLine[]): Map<number, number> {
  const done = new Map<number, number>()
  for (const line of log) if ((line.kind === 'stage_item_processed' || line.kind === 'stage_item_failed') && line.stage) done.set(line.stage, (done.get(line.stage) ?? 0) + 1)
  return done
}
