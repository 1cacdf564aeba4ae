import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { newKey } from '@/api/client'
import { type getJob, jobQuery } from '@/api/jobs/get-job'
import { importKeywords } from '@/api/planner/import-keywords'
import { explain } from '@/api/problem'
import { upload } from '@/api/system/upload'
import type { Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Textarea } from '@/components/ui/field'
import { Progress } from '@/components/ui/progress'
import { ErrorNote } from '@/components/ui/states'
import { count } from '@/lib/format'
import { useAttempt } from '@/lib/attempt'

/** Keywords by paste or file. The job's id stands in the address: a reload goes on watching it. */
export function ImportStep({ site, onDone }: { site: Site; onDone: () => void }) {
  const [params, setParams] = useSearchParams()
  const job = params.get('job') ?? ''
  const [text, setText] = useState('')
  const { busy, fault, attempt } = useAttempt()
  const begin = async (what: { text?: string; upload_id?: string }) => {
    const started = await importKeywords({ site_id: site.id, sector_id: site.sectors[0]?.id, ...what }, newKey())
    setParams((p) => {
      const next = new URLSearchParams(p)
      next.set('job', started.id)
      return next
    })
  }
  const file = (f: File | undefined) => {
    if (f) void attempt(async () => begin({ upload_id: await upload(f, () => {}, new AbortController().signal) }))
  }
  if (job) {
    const again = () =>
      setParams((p) => {
        const next = new URLSearchParams(p)
        next.delete('job')
        return next
      })
    return <ImportResult job={job} onDone={onDone} onAgain={again} />
  }
  return (
    <Card title="What should be written about?">
      <form
        className="space-y-4"
        onSubmit={(e) => {
          e.preventDefault()
          void attempt(() => begin({ text }))
        }}
      >
        {fault && <ErrorNote explained={fault} />}
        <div
          onDragOver={(e) => e.preventDefault()}
          onDrop={(e) => {
            e.preventDefault()
            file(e.dataTransfer.files[0])
          }}
        >
          <Textarea label="Keywords, one a line" rows={8} mono placeholder={'how to brew green tea\nbest loose leaf tea'} hint="A table with a header works too, as your tool exports it." value={text} onChange={(e) => setText(e.target.value)} />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button look="solid" type="submit" busy={busy} disabled={!text.trim()}>
            Import {text.trim() ? count(text.trim().split('\n').filter((l) => l.trim()).length) : ''} lines
          </Button>
          <label className="inline-flex h-9 items-center rounded-md border border-line bg-raised px-3.5 font-medium hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-ember">
            Choose a file
            <input type="file" accept=".csv,.tsv,.txt,.xlsx" className="sr-only" onChange={(e) => file(e.target.files?.[0])} />
          </label>
          <span className="text-sm text-faint">CSV, XLSX or text, of Google, Ahrefs, Semrush, Moz or your own</span>
        </div>
        <Button look="quiet" onClick={onDone}>
          Later
        </Button>
      </form>
    </Card>
  )
}

function ImportResult({ job, onDone, onAgain }: { job: string; onDone: () => void; onAgain: () => void }) {
  const query = useQuery(jobQuery(job))
  const view = query.data
  if (query.error) return <ErrorNote explained={explain(query.error)} onRetry={() => void query.refetch()} />
  if (view?.status !== 'done' && view?.status !== 'failed')
    return (
      <Card>
        <p className="mb-2 font-medium">Importing… You may leave this page; it goes on.</p>
        <Progress label="Import" value={0} />
      </Card>
    )
  if (view.status === 'failed') {
    return (
      <Card>
        <ErrorNote explained={{ cause: view.reason ?? 'The import failed.', credits: 'An import costs nothing.', next: 'Mend the list and import it again.' }} />
        <Button className="mt-3" onClick={onAgain}>
          Import again
        </Button>
      </Card>
    )
  }
  const said = resultOf(view)
  return (
    <Card>
      <p role="status" className="text-lg font-semibold">
        {count(said.created)} new keywords
      </p>
      <p className="text-soft">
        {count(said.rows)} rows read, {count(said.known)} there already, {count(said.faults)} with faults.
      </p>
      <div className="mt-4 flex gap-2">
        <Button look="solid" onClick={onDone}>
          Go on
        </Button>
        <Button onClick={onAgain}>Import more</Button>
      </div>
    </Card>
  )
}

/** The figures of an import's result. */
function resultOf(view: Awaited<ReturnType<typeof getJob>> | undefined) {
  const r = (view?.result ?? {}) as Partial<Record<'new' | 'rows' | 'already' | 'faults_count', number>>
  return { created: r.new ?? 0, rows: r.rows ?? 0, known: r.already ?? 0, faults: r.faults_count ?? 0 }
}
