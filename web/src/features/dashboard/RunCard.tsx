import { useQuery } from '@tanstack/react-query'
import { currentRunQuery } from '@/api/automation/current-run'
import type { Run } from '@/api/types'
import { Status } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { credits, plural, since } from '@/lib/format'
import { resultsOf, stageName, stages } from '@/lib/stages'
import { cx } from '@/lib/cx'

/** The run that goes on, if there is one. */
export function RunCard({ siteId }: { siteId: string }) {
  const { data: run } = useQuery(currentRunQuery(siteId))
  if (!run) return null
  const results = resultsOf(run)
  const failed = results.reduce((n, r) => n + (r.failed), 0)
  const now = results[run.current_stage - 1]
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          Run <Status status={run.status} />
        </span>
      }
      action={<ButtonLink size="sm" to={`/automation?site=${siteId}`}>Open</ButtonLink>}
    >
      <ol className="flex gap-1" aria-label="Stages">
        {stages.map((s) => (
          <li key={s.stage} className={cx('h-1.5 flex-1 rounded-full', colour(run, s.stage))}>
            <span className="sr-only">
              {s.name}: {s.stage < run.current_stage ? 'done' : s.stage === run.current_stage ? 'at work' : 'to come'}
            </span>
          </li>
        ))}
      </ol>
      <p role="status" className="figures mt-3 text-soft">
        <span className="font-medium text-ink">{stageName(Math.min(run.current_stage, 7))}</span>
        {now && ` · ${plural(now.processed, 'item')} done`}
        {failed > 0 && <span className="text-bad"> · {failed} failed</span>}
        {` · ${credits(run.total_credits_used)} credits · began ${since(run.started_at)}`}
      </p>
      {run.pause_reason && <p className="mt-1 text-sm text-warn">Paused: {run.error_message ?? run.pause_reason}</p>}
    </Card>
  )
}

function colour(run: Run, stage: number) {
  if (stage < run.current_stage) return 'bg-good'
  if (stage > run.current_stage) return 'bg-hover'
  return run.status === 'running' ? 'pulse bg-ember' : 'bg-warn'
}
