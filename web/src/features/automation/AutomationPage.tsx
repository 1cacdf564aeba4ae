import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { currentRunQuery } from '@/api/automation/current-run'
import { estimateQuery, type Estimate } from '@/api/automation/estimate-run'
import { runQuery } from '@/api/automation/run-detail'
import { historyQuery } from '@/api/automation/run-history'
import { runNow } from '@/api/automation/run-now'
import { scheduleQuery } from '@/api/automation/schedule'
import { newKey } from '@/api/client'
import { useSite } from '@/app/site'
import { Status } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { Card, Figure } from '@/components/ui/card'
import { Confirm } from '@/components/ui/confirm'
import { Icon } from '@/components/ui/icon'
import { Page, PageHead } from '@/components/ui/page'
import { EmptyState, Loaded, Together } from '@/components/ui/states'
import { Table } from '@/components/ui/table'
import { credits, dateTime, duration, since } from '@/lib/format'
import { useShortcuts } from '@/lib/shortcuts'
import { RunView } from './RunView'
import { ScheduleCard } from './ScheduleCard'
import { WithoutReview } from './WithoutReview'
import { EstimateCards } from './StageCards'

/** What a run would do and cost; the run under way; those before. */
export default function AutomationPage() {
  const site = useSite()
  const current = useQuery(currentRunQuery(site.id))
  const run = useQuery({ ...runQuery(site.id, current.data?.id ?? ''), enabled: Boolean(current.data) })
  const estimate = useQuery({ ...estimateQuery(site.id), enabled: current.data === null })
  const schedule = useQuery(scheduleQuery(site.id))
  return (
    <Page>
      <Together queries={[current.data === undefined ? current : current.data ? run : estimate, schedule]}>
        {/* A run that ends while one looks on stays in view, with its result. */}
        <Loaded query={current}>{(run) => <Now runId={run?.id ?? null} />}</Loaded>
        <ScheduleCard />
        <History />
      </Together>
    </Page>
  )
}

function Now({ runId }: { runId: string | null }) {
  const [seen, setSeen] = useState(runId)
  if (runId && runId !== seen) setSeen(runId)
  const shown = runId ?? seen
  return shown ? <RunView id={shown} heading="Automation" onClosed={runId ? undefined : () => setSeen(null)} /> : <Start />
}

function Start() {
  const site = useSite()
  const estimate = useQuery(estimateQuery(site.id))
  const [asking, setAsking] = useState(false)
  const ready = estimate.data && work(estimate.data) > 0
  useShortcuts(ready ? [{ keys: 's', label: 'Start a run', group: 'Automation', run: () => setAsking(true) }] : [])
  return (
    <>
      <PageHead
        title="Automation"
        lead={`One run takes everything that waits from keywords to ${site.settings.auto_publish_enabled ? 'published articles, without review' : 'articles in review'}. You can pause it at any time.`}
        actions={
          <Button look="solid" disabled={!ready} onClick={() => setAsking(true)}>
            <Icon name="run" /> Start a run
          </Button>
        }
      />
      <Loaded query={estimate}>
        {(e) => (
          <>
            {work(e) === 0 ? (
              <Card className="mb-4">
                <EmptyState
                  icon="run"
                  title="Nothing waits"
                  action={
                    <>
                      <ButtonLink look="solid" to={`/planner/keywords/import?site=${site.id}`}>
                        Import keywords
                      </ButtonLink>
                      <ButtonLink to={`/writer/review?site=${site.id}`}>Review articles</ButtonLink>
                    </>
                  }
                >
                  A run needs at least five new keywords in a sector, or clusters, ideas or tasks that are not worked on yet.
                </EmptyState>
              </Card>
            ) : (
              <Card className="mb-4" title="What a run would cost now">
                <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
                  <Figure label="Estimated cost">{credits(e.estimated_credits)} credits</Figure>
                  <Figure label="Needed to begin" hint="1.2 times the estimate: texts differ in length">
                    {credits(e.needed_credits)} credits
                  </Figure>
                  <Figure label="You have">{credits(e.current_balance)} credits</Figure>
                </dl>
                <p className="mt-3">
                    {e.sufficient ? (
                      <span className="inline-flex items-center gap-1.5 text-good">
                        <Icon name="check" /> Enough
                      </span>
                    ) : (
                      <span className="text-bad">
                        {credits(e.needed_credits - e.current_balance)} credits too few.{' '}
                        <Link className="underline" to="/credits">
                          Add credits
                        </Link>
                      </span>
                    )}
                </p>
              </Card>
            )}
            <EstimateCards estimate={e} />
            {asking && <AskRun estimate={e} onClose={() => setAsking(false)} />}
          </>
        )}
      </Loaded>
    </>
  )
}

const work = (e: Estimate) => e.stages.reduce((sum, s) => sum + s.waiting + s.coming, 0)

function AskRun({ estimate, onClose }: { estimate: Estimate; onClose: () => void }) {
  const site = useSite()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  return (
    <Confirm
      open
      onClose={onClose}
      title="Start a run?"
      lead={`Everything that waits on ${site.name} is worked on, up to ${site.settings.auto_publish_enabled ? 'published articles' : 'articles in review'}.`}
      action={site.settings.auto_publish_enabled ? 'Start and publish' : 'Start the run'}
      spends
      cost={{ estimated: estimate.estimated_credits, balance: estimate.current_balance, sufficient: estimate.sufficient }}
      onConfirm={async () => {
        const run = await runNow(site.id, key)
        client.setQueryData(currentRunQuery(site.id).queryKey, run)
        void client.invalidateQueries({ queryKey: ['automation'] })
        void navigate(`/automation?site=${site.id}`, { replace: true })
      }}
    >
      {site.settings.auto_publish_enabled && <WithoutReview site={site} />}
      <p className="text-sm text-soft">You pay for what is done, not for the estimate. What fails because of a provider or of us is not charged.</p>
    </Confirm>
  )
}

function History() {
  const site = useSite()
  const { data, error, refetch } = useQuery(historyQuery(site.id))
  return (
    <section className="mt-6">
      <h2 className="mb-2 text-lg">Runs</h2>
      <Table
        label="Runs"
        rows={data?.results}
        error={error}
        onRetry={() => void refetch()}
        rowKey={(r) => r.id}
        empty={<p className="text-soft">No run yet.</p>}
        columns={[
          {
            key: 'run',
            head: 'Started',
            cell: (r) => (
              <Link className="font-medium text-ember underline" to={`/automation/runs/${r.id}?site=${site.id}`}>
                {dateTime(r.started_at)}
              </Link>
            ),
          },
          { key: 'status', head: 'Status', cell: (r) => <Status status={r.status} /> },
          { key: 'took', head: 'Took', from: 'sm', cell: (r) => (r.completed_at ? duration((Date.parse(r.completed_at) - Date.parse(r.started_at)) / 1000) : since(r.started_at)) },
          { key: 'trigger', head: 'By', from: 'md', cell: (r) => (r.trigger_type === 'manual' ? 'Hand' : 'Schedule') },
          { key: 'why', head: 'Remark', from: 'md', cell: (r) => r.error_message ?? '' },
        ]}
      />
    </section>
  )
}
