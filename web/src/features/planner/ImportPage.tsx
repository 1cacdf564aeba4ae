import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { newKey } from '@/api/client'
import { jobQuery } from '@/api/jobs/get-job'
import { importKeywords, type ImportResult } from '@/api/planner/import-keywords'
import { explain, type Explained } from '@/api/problem'
import { upload } from '@/api/system/upload'
import { useSite } from '@/app/site'
import { Button, ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Checkbox, Input, Textarea } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Page, PageHead } from '@/components/ui/page'
import { Progress } from '@/components/ui/progress'
import { ErrorNote } from '@/components/ui/states'
import { compact, plural } from '@/lib/format'
import { cx } from '@/lib/cx'
import { ImportReportView } from './ImportReport'
import { parseImport, writeImport, type ImportState } from './importState'
import { useAttempt } from '@/lib/attempt'
import { listOf } from '@/lib/list'

/** Files or a pasted list → what would happen → import → result. Each step is in the address and is there again after a reload. */
export default function ImportPage() {
  const site = useSite()
  const [params, setParams] = useSearchParams()
  const state = parseImport(params)
  const { busy, fault, attempt } = useAttempt()
  const go = (change: Partial<ImportState>) => setParams((now) => writeImport(now, { ...parseImport(now), ...change }))
  /** Asks for a dry run, or for the import itself. */
  const ask = (of: ImportState, dry: boolean) =>
    attempt(async () => {
      const job = await importKeywords({ site_id: site.id, upload_ids: of.uploads, dry_run: dry, any_order: of.anyOrder, tags: of.tags, mapping: of.mapping }, newKey())
      go(dry ? { ...of, dry: job.id, job: '' } : { ...of, job: job.id })
    })
  const restart = () => setParams({ site: site.id })
  return (
    <Page>
      <PageHead title="Import keywords" lead="Nothing is written until you have seen what would happen." actions={<ButtonLink to={`/planner/keywords?site=${site.id}`}>All keywords</ButtonLink>} />
      <Steps at={state.job ? 2 : state.dry ? 1 : 0} />
      {fault && <ErrorNote explained={fault} className="mb-4" />}
      {state.job ? (
        <JobStep key={state.job} id={state.job} running="Importing">
          {(result) => <Done site={site.id} result={result} onMore={restart} />}
        </JobStep>
      ) : state.dry ? (
        <JobStep key={state.dry} id={state.dry} running="Reading" onBack={restart}>
          {(result) => <ImportReportView result={result} mapping={state.mapping} busy={busy} onMap={(mapping) => void ask({ ...state, mapping }, true)} onImport={() => void ask(state, false)} onBack={restart} />}
        </JobStep>
      ) : (
        <Choose busy={busy} onUploaded={(uploads, options) => void ask({ uploads, ...options, mapping: {}, dry: '', job: '' }, true)} />
      )}
    </Page>
  )
}

function Steps({ at }: { at: number }) {
  return (
    <ol className="mb-4 flex flex-wrap gap-x-5 gap-y-1 text-sm" aria-label="Steps">
      {['Choose', 'Look it over', 'Imported'].map((name, i) => (
        <li key={name} aria-current={i === at ? 'step' : undefined} className={cx('flex items-center gap-1.5', i === at ? 'font-medium text-ink' : 'text-faint')}>
          <span className={cx('grid size-5 place-items-center rounded-full text-xs', i < at ? 'bg-good-wash text-good' : i === at ? 'bg-ember-wash text-ember' : 'bg-hover')}>{i < at ? <Icon name="check" className="size-3" /> : i + 1}</span>
          {name}
        </li>
      ))}
    </ol>
  )
}

const MOST_FILES = 50
const MOST_BYTES = 50 * 2 ** 20

interface Options {
  tags: string[]
  anyOrder: boolean
}

function Choose({ busy, onUploaded }: { busy: boolean; onUploaded: (uploads: string[], options: Options) => void }) {
  const [files, setFiles] = useState<File[]>([])
  const [text, setText] = useState('')
  const [tags, setTags] = useState('')
  const [anyOrder, setAnyOrder] = useState(false)
  const [over, setOver] = useState(false)
  const [sent, setSent] = useState<number | null>(null)
  const [fault, setFault] = useState<Explained | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const stopper = useRef<AbortController>(undefined)
  useEffect(() => () => stopper.current?.abort(), [])
  const take = (list: FileList | null) => {
    const all = [...files, ...(list ?? [])]
    const big = all.find((f) => f.size > MOST_BYTES)
    if (all.length > MOST_FILES) setFault({ cause: `${all.length} files are more than ${MOST_FILES}.`, next: 'Import them in several steps.' })
    else if (big) setFault({ cause: `${big.name} has ${compact(big.size)}B: more than 50 MB.`, next: 'Divide it, or take columns out that are not needed.' })
    else {
      setFault(null)
      setFiles(all)
    }
  }
  const all = text.trim() ? [...files, new File([text], 'pasted.csv', { type: 'text/csv' })] : files
  const bytes = all.reduce((sum, f) => sum + f.size, 0)
  const send = async () => {
    setFault(null)
    const stop = (stopper.current = new AbortController())
    const ids: string[] = []
    let before = 0
    try {
      for (const file of all) {
        const from = before
        setSent(from)
        ids.push(await upload(file, (n) => setSent(from + n), stop.signal))
        before += file.size
      }
      onUploaded(ids, { tags: listOf(tags), anyOrder })
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) setFault(explain(thrown))
    } finally {
      setSent(null)
    }
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Files">
        <div
          onDragOver={(e) => {
            e.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(e) => {
            e.preventDefault()
            setOver(false)
            take(e.dataTransfer.files)
          }}
          className={cx('grid place-items-center rounded-md border border-dashed px-4 py-10 text-center', over ? 'border-ember bg-ember-wash' : 'border-edge')}
        >
          <Icon name="upload" className="mb-2 size-6 text-soft" />
          <p className="font-medium">Drop files here</p>
          <p className="mb-3 text-soft">CSV, TSV or XLSX of any keyword tool. Columns are found by their names.</p>
          <input ref={input} type="file" multiple accept=".csv,.tsv,.txt,.xlsx" className="sr-only" aria-label="Keyword files" tabIndex={-1} onChange={(e) => take(e.target.files)} />
          <Button onClick={() => input.current?.click()}>Choose files</Button>
        </div>
        {files.length > 0 && (
          <ul className="mt-3 space-y-1">
            {files.map((f, i) => (
              <li key={`${f.name}${i}`} className="flex items-center gap-2 text-sm">
                <Icon name="content" className="size-4 text-faint" />
                <span className="min-w-0 flex-1 truncate">{f.name}</span>
                <span className="figures text-faint">{compact(f.size)}B</span>
                <Button size="icon" look="quiet" aria-label={`Leave ${f.name} out`} onClick={() => setFiles(files.filter((_, n) => n !== i))}>
                  <Icon name="close" />
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title="Or paste">
        <Textarea label="Keywords" bare rows={9} mono placeholder={'garden hose\ngarden hose reel\nor rows of a spreadsheet, with their headers'} value={text} onChange={(e) => setText(e.target.value)} />
        {text.trim() && <p className="figures mt-1 text-xs text-faint">{plural(text.trim().split('\n').length, 'line')}</p>}
      </Card>
      <Card title="Options" className="lg:col-span-2">
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Input label="Tags for all of them" hint="With commas between; may be left empty" value={tags} onChange={(e) => setTags(e.target.value)} />
          <Checkbox className="sm:mt-6" label="Word order does not matter" hint="“hose garden” is then the same keyword as “garden hose”." checked={anyOrder} onChange={(e) => setAnyOrder(e.target.checked)} />
        </div>
      </Card>
      <div className="lg:col-span-2">
        {fault && <ErrorNote explained={fault} className="mb-3" />}
        <div className="flex flex-wrap items-center gap-3">
          <Button look="solid" busy={busy || sent !== null} disabled={all.length === 0} onClick={() => void send()}>
            Look it over
          </Button>
          {sent !== null && (
            <>
              <Progress label="Sending" value={sent} total={bytes} className="w-48" />
              <span className="figures text-sm text-soft">
                {compact(sent)}B of {compact(bytes)}B sent
              </span>
              <Button size="sm" onClick={() => stopper.current?.abort()}>
                Stop
              </Button>
            </>
          )}
        </div>
      </div>
    </div>
  )
}

/** A job of the import: its progress, then what it left. */
function JobStep({ id, running, onBack, children }: { id: string; running: string; onBack?: () => void; children: (result: ImportResult) => ReactNode }) {
  const query = useQuery(jobQuery(id))
  const client = useQueryClient()
  const job = query.data
  const done = job?.status === 'done'
  useEffect(() => {
    if (done) void client.invalidateQueries({ queryKey: ['planner'] })
  }, [done, client])
  if (query.error && !job) return <ErrorNote explained={explain(query.error)} onRetry={() => void query.refetch()} />
  if (done) return <>{children(job.result as ImportResult)}</>
  if (job?.status === 'failed') {
    return (
      <>
        <ErrorNote explained={{ cause: job.reason ?? 'The file could not be read.', credits: 'An import costs nothing, and nothing was written.', next: 'Mend the file, or choose another one.' }} />
        {onBack && (
          <Button className="mt-3" onClick={onBack}>
            Choose another file
          </Button>
        )}
      </>
    )
  }
  return (
    <Card>
      <div role="status">
        <p className="mb-2 font-medium">
          {running} {job?.title}…
        </p>
        <Progress label={running} value={0} />
        <p className="mt-2 text-sm text-soft">You may close this page: it goes on, and this address shows how it went.</p>
      </div>
    </Card>
  )
}

function Done({ site, result, onMore }: { site: string; result: ImportResult; onMore: () => void }) {
  return (
    <Card>
      <h2 className="flex items-center gap-2 text-lg">
        <Icon name="check" className="size-5 text-good" /> {plural(result.new, 'keyword')} added
      </h2>
      <p className="mt-1 text-soft">
        {plural(result.already, 'keyword')} {result.already === 1 ? 'was' : 'were'} there already{result.updated > 0 && `, ${plural(result.updated, 'of them got', 'of them got')} new figures or tags`}. {plural(result.duplicates, 'duplicate')} left out, {plural(result.faults_count, 'fault')} told.
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <ButtonLink look="solid" to={`/planner/keywords?site=${site}&ordering=-created_at`}>
          See them
        </ButtonLink>
        <ButtonLink to={`/automation?site=${site}`}>Turn them into articles</ButtonLink>
        <Button onClick={onMore}>Import more</Button>
      </div>
    </Card>
  )
}
