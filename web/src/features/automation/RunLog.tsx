import { useState } from 'react'
import type { LogLine } from '@/api/automation/run-logs'
import { Button } from '@/components/ui/button'
import { count, time, title } from '@/lib/format'
import { stageName } from '@/lib/stages'

const kinds: Record<string, string> = {
  run_started: 'The run began',
  run_paused: 'Paused',
  run_resumed: 'Resumed',
  run_cancelled: 'Cancelled',
  run_completed: 'The run is complete',
  run_failed: 'The run failed',
  run_skipped: 'A run was due and not started',
}

function words(l: LogLine): string {
  const stage = stageName(l.stage)
  switch (l.kind) {
    case 'wave_planned':
      return `${stage}: ${count(l.total ?? 0)} planned`
    case 'wave_closed':
      return `${stage}: a wave is settled`
    case 'stage_closed':
      return `${stage}: done`
    case 'stage_item_processed':
      return l.title ?? l.item ?? stage
    case 'stage_item_failed':
      return `Failed: ${l.title ?? l.item ?? ''}. ${l.reason ?? ''}`
    default:
      return `${kinds[l.kind] ?? title(l.kind)}${l.reason ? `: ${l.reason}` : ''}`
  }
}

const SHOWN = 200

/** The run's story, newest first. */
export function RunLog({ log, live }: { log: readonly LogLine[]; live: boolean }) {
  const [all, setAll] = useState(false)
  const lines = [...log].reverse().slice(0, all ? undefined : SHOWN)
  if (log.length === 0) return <p className="py-3 text-soft">{live ? 'Nothing has happened yet.' : 'Events are kept for 90 days; these are gone.'}</p>
  return (
    <>
      <ol aria-label="What happened, newest first" className="max-h-[28rem] overflow-y-auto rounded-lg border border-line bg-panel py-1 text-sm" tabIndex={0}>
        {lines.map((l) => (
          <li key={l.id} className="figures flex gap-3 px-3 py-0.5">
            <time dateTime={l.time} className="shrink-0 text-faint">
              {time(l.time)}
            </time>
            <span className="w-4 shrink-0 text-faint">{l.stage ?? ''}</span>
            <span className={l.kind === 'stage_item_failed' || l.kind === 'run_failed' ? 'text-bad' : l.kind.startsWith('run_') || l.kind === 'stage_closed' ? 'font-medium' : 'text-soft'}>{words(l)}</span>
          </li>
        ))}
      </ol>
      {!all && log.length > SHOWN && (
        <Button size="sm" className="mt-2" onClick={() => setAll(true)}>
          All {count(log.length)} lines
        </Button>
      )}
    </>
  )
}
