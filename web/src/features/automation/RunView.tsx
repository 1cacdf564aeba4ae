import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { cancelRun } from '@/api/automation/cancel-run'
import { processingQuery } from '@/api/automation/current-processing'
import { pauseRun } from '@/api/automation/pause-run'
import { resumeRun } from '@/api/automation/resume-run'
import { runQuery } from '@/api/automation/run-detail'
import { logsQuery, type LogLine } from '@/api/automation/run-logs'
import type { Run } from '@/api/types'
import { useSite } from '@/app/site'
import { tell } from '@/components/grid/Actions'
import { Status } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { Card, Figure } from '@/components/ui/card'
import { Confirm } from '@/components/ui/confirm'
import { Icon } from '@/components/ui/icon'
import { PageHead } from '@/components/ui/page'
import { Progress } from '@/components/ui/progress'
import { Loaded } from '@/components/ui/states'
import { Tabs } from '@/components/ui/tabs'
import { count, credits, dateTime, duration, plural } from '@/lib/format'
import { useShortcuts } from '@/lib/shortcuts'
import { resultsOf, stages } from '@/lib/stages'
import { toast } from '@/stores/toasts'
import { FailedItems } from './FailedItems'
import { RunLog } from './RunLog'
import type { Processing } from './progress'
import { StageCards } from './StageCards'
import { isOver, pauseWords } from './stages'

/** A run: how far it is, what it made and cost, what failed, its story; and how to stop it. */
export function RunView({ id, heading, onClosed }: { id: string; heading: string; onClosed?: (() => void) | undefined }) {
  const site = useSite()
  const run = useQuery(runQuery(site.id, id))
  const live = run.data ? !isOver(run.data.status) : true
  const log = useQuery(logsQuery(site.id, id, live))
  return <Loaded query={run}>{(r) => <View run={r} log={log.data ?? []} heading={heading} onClosed={onClosed} />}</Loaded>
}

function useNow(live: boolean) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!live) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [live])
  return now
}

function View({ run, log, heading, onClosed }: { run: Run; log: LogLine[]; heading: string; onClosed: (() => void) | undefined }) {
  const site = useSite()
  const [tab, setTab] = useState('items')
  const over = isOver(run.status)
  const clock = useNow(!over)
  const { data: now = null } = useQuery(processingQuery(site.id, !over))
  const results = resultsOf(run)
  const failed = results.reduce((sum, r) => sum + r.failed, 0)
  const took = ((run.completed_at ? Date.parse(run.completed_at) : clock) - Date.parse(run.started_at)) / 1000
  const articles = results[3]?.counts.content_created ?? 0
  return (
    <>
      <PageHead
        title={heading}
        lead={
          <span className="flex flex-wrap items-center gap-2">
            <Status status={run.status} />
            <span>
              {run.run_id} · started {dateTime(run.started_at)}
            </span>
          </span>
        }
        actions={
          over ? (
            <>
              {articles > 0 && (
                <ButtonLink look="solid" to={`/writer/review?site=${site.id}`}>
                  <Icon name="review" /> Review articles
                </ButtonLink>
              )}
              {onClosed && <Button onClick={onClosed}>Plan the next run</Button>}
            </>
          ) : (
            <Steer run={run} />
          )
        }
      />
      {run.status === 'paused' && <Paused run={run} />}
      {run.status === 'failed' && run.error_message && (
        <div role="alert" className="mb-4 rounded-md border border-bad/40 bg-bad-wash p-3">
          <p className="font-medium">{run.error_message}</p>
          <p className="text-soft">What was done before is kept and paid for once. Start another run: it goes on with what is left.</p>
        </div>
      )}
      <Card className="mb-4">
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Figure label="Stage">{over ? (run.status === 'completed' ? '7 of 7' : `${run.current_stage} of 7`) : `${run.current_stage} of 7`}</Figure>
          <Figure label="Time">{duration(took)}</Figure>
          <Figure label="Credits used">{credits(run.total_credits_used)}</Figure>
          <Figure label="Articles written" hint={failed > 0 ? `${plural(failed, 'item')} failed` : undefined}>
            {count(articles)}
          </Figure>
        </dl>
        {!over && <Working run={run} now={now?.run_id === run.id ? now : null} log={log} />}
      </Card>
      <StageCards run={run} now={!over && now?.run_id === run.id ? now : null} site={site.id} />
      <div className="mt-5">
        <Tabs
          label="Of this run"
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'items', label: failed > 0 ? `What failed (${failed})` : 'What failed', content: <FailedItems run={run} log={log} failed={failed} /> },
            { value: 'log', label: 'Log', content: <RunLog log={log} live={!over} /> },
          ]}
        />
      </div>
    </>
  )
}

/** What is worked on, announced at a calm pace. */
function Working({ run, now, log }: { run: Run; now: Processing; log: LogLine[] }) {
  const stage = stages[run.current_stage - 1]
  const total = now?.stage === run.current_stage ? now.total : 0
  const done = Math.min(now?.processed ?? 0, total)
  const lately = log.filter((l) => l.kind === 'stage_item_processed' && l.title).slice(-3).reverse()
  if (!stage) return null
  return (
    <div role="status" className="mt-4 border-t border-line pt-3">
      <div className="flex flex-wrap items-baseline gap-2">
        <p className="font-medium">{stage.name}</p>
        <p className="figures text-sm text-soft">{total > 0 ? `${count(done)} of ${count(total)}` : 'Planning…'}</p>
      </div>
      <Progress className="mt-2" label={`Stage ${run.current_stage}`} value={done} total={total || undefined} tone={run.status === 'paused' ? 'warn' : 'ember'} />
      {now && now.now.length > 0 ? (
        <ul className="mt-2 grid gap-x-6 text-sm text-soft sm:grid-cols-2">
          {now.now.map((i) => (
            <li key={i.job_id} className="truncate">
              Now: {i.title}
            </li>
          ))}
          {now.next.slice(0, 2).map((i) => (
            <li key={i.job_id} className="truncate text-faint">
              Next: {i.title}
            </li>
          ))}
        </ul>
      ) : (
        lately.length > 0 && (
          <ul className="mt-2 text-sm text-soft">
            {lately.map((l) => (
              <li key={l.id} className="truncate">
                <Icon name="check" className="mr-1 inline size-3.5 text-good" />
                {l.title}
              </li>
            ))}
          </ul>
        )
      )}
    </div>
  )
}

function Paused({ run }: { run: Run }) {
  const words = pauseWords[run.pause_reason ?? ''] ?? { cause: 'It is paused.', next: 'Resume to go on where it stopped.' }
  return (
    <div role="status" className="mb-4 flex gap-2.5 rounded-md border border-warn/40 bg-warn-wash p-3">
      <Icon name="pause" className="mt-0.5 size-4 text-warn" />
      <div>
        <p className="font-medium">{words.cause}</p>
        {run.error_message && <p className="break-words">{run.error_message}</p>}
        <p className="text-soft">
          {words.next} {run.pause_reason === 'credits' && <Link className="underline" to="/credits">Credits</Link>}
          {run.pause_reason === 'wordpress' && <Link className="underline" to={`/sites/${run.site}`}>Site settings</Link>}
        </p>
      </div>
    </div>
  )
}

/** Pause, resume, cancel. */
function Steer({ run }: { run: Run }) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [cancelling, setCancelling] = useState(false)
  const again = () => client.invalidateQueries({ queryKey: ['automation'] })
  const inFlight = (n: number) => (n > 0 ? `${plural(n, 'call')} in flight ${n === 1 ? 'is' : 'are'} finished first: ${n === 1 ? 'it is' : 'they are'} paid for.` : 'No call was in flight.')
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await work()
      await again()
    } catch (thrown) {
      tell(thrown)
      await again()
    } finally {
      setBusy(false)
    }
  }
  const pause = () => act(async () => toast('Paused: nothing new begins', { detail: inFlight((await pauseRun(run.site, run.id)).calls_in_flight) }))
  const resume = () => act(async () => (await resumeRun(run.site, run.id), toast('Goes on')))
  const paused = run.status === 'paused'
  useShortcuts([{ keys: 'p', label: paused ? 'Resume the run' : 'Pause the run', group: 'Automation', run: () => void (paused ? resume() : pause()) }])
  return (
    <>
      {paused ? (
        <Button look="solid" busy={busy} onClick={() => void resume()}>
          <Icon name="run" /> Resume
        </Button>
      ) : (
        <Button busy={busy} onClick={() => void pause()}>
          <Icon name="pause" /> Pause
        </Button>
      )}
      <Button onClick={() => setCancelling(true)}>
        <Icon name="stop" /> Cancel…
      </Button>
      <Confirm
        open={cancelling}
        danger
        onClose={() => setCancelling(false)}
        title="Cancel this run?"
        lead="Nothing new begins. Calls in flight are finished, since they are paid for; everything that was made stays. Another run goes on with what is left."
        action="Cancel the run"
        onConfirm={async () => {
          const { calls_in_flight } = await cancelRun(run.site, run.id)
          toast('Cancelled', { detail: inFlight(calls_in_flight) })
          await again()
        }}
      />
    </>
  )
}
