import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { newKey } from '@/api/client'
import { getJob } from '@/api/jobs/get-job'
import { retryJob } from '@/api/jobs/retry-job'
import { explain } from '@/api/problem'
import type { Job } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Progress } from '@/components/ui/progress'
import { credits } from '@/lib/format'
import { useJobs, type Batch } from '@/stores/jobs'
import { toast } from '@/stores/toasts'

/** Few at a time: a batch may have 500. */
const ASKED = 5

/** What was asked for by hand and is under way, or has just ended; it is there again after a reload. */
export function JobTray() {
  const batches = useJobs((s) => s.batches)
  if (batches.length === 0) return null
  return (
    <ul aria-label="Under way" className="mb-2 space-y-1.5">
      {batches.map((b) => (
        <li key={b.id}>
          <Row batch={b} />
        </li>
      ))}
    </ul>
  )
}

function Row({ batch }: { batch: Batch }) {
  const { end, drop, follow } = useJobs.getState()
  const client = useQueryClient()
  const open = batch.jobs.filter((j) => !batch.over[j])
  const asked = open.slice(0, ASKED)
  const over = batch.jobs.length - open.length
  const failed = batch.jobs.filter((j) => batch.over[j] === 'failed')
  const { data } = useQuery({
    queryKey: ['job-batch', batch.id, asked.join()],
    enabled: asked.length > 0,
    queryFn: ({ signal }) => Promise.all(asked.map((id) => getJob(id, signal))),
    refetchInterval: 1500,
  })
  useEffect(() => {
    for (const job of data ?? []) if (job.status === 'done' || job.status === 'failed') end(batch.id, job.id, job.status)
  }, [data, batch.id, end])
  const ended = open.length === 0
  useEffect(() => {
    if (ended) for (const group of ['planner', 'writer', 'billing']) void client.invalidateQueries({ queryKey: [group] })
  }, [ended, client])
  const again = async () => {
    try {
      const jobs = await Promise.all(failed.map((id) => retryJob(id, newKey())))
      drop(batch.id)
      follow(batch.label, jobs.map((j) => j.id))
    } catch (thrown) {
      const why = explain(thrown, true)
      toast(why.cause, { tone: 'bad', detail: [why.credits, why.next].filter(Boolean).join(' ') })
    }
  }
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line bg-panel px-3 py-2 text-sm">
      <span className="font-medium">{batch.label}</span>
      <Progress label={batch.label} value={over} total={batch.jobs.length} tone={failed.length > 0 ? 'warn' : ended ? 'good' : 'ember'} className="w-32 flex-1" />
      <span className="figures text-soft">
        {over} of {batch.jobs.length}
        {failed.length > 0 && `, ${failed.length} failed`}
      </span>
      {failed.length > 0 && (
        <>
          <Why job={failed[0] ?? ''} />
          <Button size="sm" onClick={() => void again()}>
            <Icon name="again" className="size-3.5" /> Try {failed.length === 1 ? 'it' : 'these'} again
          </Button>
        </>
      )}
      {ended && (
        <Button size="sm" look="quiet" aria-label={`Dismiss ${batch.label}`} onClick={() => drop(batch.id)}>
          <Icon name="close" className="size-3.5" />
        </Button>
      )}
    </div>
  )
}

/** Cause, credits and what to do of the first job that failed. */
function Why({ job }: { job: string }) {
  const [told, setTold] = useState<Job | null>(null)
  useEffect(() => {
    let there = true
    void getJob(job).then((j) => there && setTold(j), () => undefined)
    return () => {
      there = false
    }
  }, [job])
  if (!told) return null
  return (
    <span className="w-full text-soft">
      {told.title}: {told.reason ?? told.cause} {told.credits_used > 0 ? `${credits(told.credits_used)} credits were used for the calls that were made.` : 'No credits were used.'}
    </span>
  )
}
