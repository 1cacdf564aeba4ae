import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { failedItemsQuery } from '@/api/automation/run-items'
import type { LogLine } from '@/api/automation/run-logs'
import { newKey } from '@/api/client'
import { retryJob } from '@/api/jobs/retry-job'
import type { Run } from '@/api/types'
import { useSite } from '@/app/site'
import { tell } from '@/components/grid/Actions'
import { JobTray } from '@/components/grid/JobTray'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { credits, plural } from '@/lib/format'
import { stageName } from '@/lib/stages'
import { useJobs } from '@/stores/jobs'
import { failedOf, type Failed } from './failed'
import { causeWords, isOver } from './stages'

/** What failed: the cause, what happened to credits, what to do, and the way to try it again. */
export function FailedItems({ run, log, failed }: { run: Run; log: readonly LogLine[]; failed: number }) {
  const site = useSite()
  const client = useQueryClient()
  const follow = useJobs((s) => s.follow)
  const [busy, setBusy] = useState('')
  const { data } = useQuery(failedItemsQuery(site.id, run.id, !isOver(run.status)))
  // Until the list is there, the run's story tells them.
  const items: Failed[] = data
    ? data.results.map((i) => ({ key: i.job_id, job: i.job_id, stage: i.stage, title: i.title, cause: i.cause ?? 'ours', reason: i.reason ?? '', used: i.credits_used }))
    : failedOf(log)
  const retry = async (list: Failed[], mark: string) => {
    setBusy(mark)
    try {
      const jobs = await Promise.all(list.filter((f) => f.job).map((f) => retryJob(f.job, newKey())))
      follow(list.length === 1 ? `Again: ${list[0]?.title ?? ''}` : `Again: ${plural(list.length, 'item')}`, jobs.map((j) => j.id))
      await client.invalidateQueries({ queryKey: ['automation'] })
    } catch (thrown) {
      tell(thrown, true)
    } finally {
      setBusy('')
    }
  }
  return (
    <>
      <JobTray />
      {items.length === 0 ? (
        <p className="py-3 text-soft">{failed > 0 ? 'What failed was worked on again since, or is told further back in the log.' : 'Nothing has failed.'}</p>
      ) : (
        <>
          {items.length > 1 && (
            <Button className="mb-2" size="sm" busy={busy === 'all'} onClick={() => void retry(items.slice(0, 50), 'all')}>
              <Icon name="again" className="size-3.5" /> {items.length > 50 ? 'Try the first 50 again' : `Try all ${items.length} again`}
            </Button>
          )}
          <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
            {items.map((f) => {
              const words = causeWords[f.cause] ?? causeWords.ours
              return (
                <li key={f.key} className="flex flex-wrap items-start gap-3 px-3 py-2.5">
                  <div className="min-w-0 flex-1 basis-72">
                    <p className="font-medium break-words">{f.title}</p>
                    <p className="mt-0.5 text-sm break-words">{f.reason}</p>
                    <p className="mt-0.5 text-sm text-soft">
                      {f.used === undefined ? 'Calls that gave nothing usable are not charged.' : f.used > 0 ? `${credits(f.used)} credits were used for the calls that were made.` : 'No credits were used.'} {words?.next}
                    </p>
                  </div>
                  <Badge tone="bad">{words?.who}</Badge>
                  <Badge>{stageName(f.stage)}</Badge>
                  {f.job && (
                    <Button size="sm" busy={busy === f.key} onClick={() => void retry([f], f.key)}>
                      <Icon name="again" className="size-3.5" /> Try again
                    </Button>
                  )}
                </li>
              )
            })}
          </ul>
        </>
      )}
    </>
  )
}
