import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { newKey } from '@/api/client'
import type { ListParams } from '@/api/list'
import { jobQuery } from '@/api/jobs/get-job'
import { exportKeywords, type Exported } from '@/api/planner/export-keywords'
import type { Body } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Select } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Progress } from '@/components/ui/progress'
import { ErrorNote } from '@/components/ui/states'
import { compact, plural } from '@/lib/format'
import { here } from '@/lib/origin'
import { useAttempt } from '@/lib/attempt'

type Request = Body<'export_keywords'>

/** Writes what the list shows, in its order, into a file. */
export function ExportDialog({ site, word, query, count, onClose }: { site: string; word: string; query: ListParams; count: number; onClose: () => void }) {
  const [format, setFormat] = useState<'csv' | 'xlsx'>('csv')
  const [job, setJob] = useState('')
  const { busy, fault, attempt } = useAttempt()
  const { data } = useQuery({ ...jobQuery(job), enabled: job !== '' })
  const done = data?.status === 'done' ? (data.result as Exported) : null
  const go = () =>
    attempt(async () => {
      const made = await exportKeywords({ site_id: site, format, filter: word, ordering: (query.ordering ?? 'created_at') as Request['ordering'] }, newKey())
      setJob(made.id)
    })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Export keywords"
      lead={`${plural(count, 'keyword')}, as the list’s filters and order have them.`}
      footer={
        done ? (
          <>
            <Button onClick={onClose}>Close</Button>
            <a href={here(done.url)} download={done.filename} className="inline-flex h-9 items-center gap-1.5 rounded-md bg-solid px-3.5 font-medium text-on-solid hover:opacity-90">
              <Icon name="download" /> {done.filename} ({compact(done.bytes)}B)
            </a>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Not now</Button>
            <Button look="solid" busy={busy || (job !== '' && data?.status !== 'failed')} onClick={() => void go()}>
              Write the file
            </Button>
          </>
        )
      }
    >
      <Select label="Format" value={format} disabled={job !== ''} choices={[{ value: 'csv', label: 'CSV (any spreadsheet, and import here)' }, { value: 'xlsx', label: 'Excel workbook' }]} onChange={(e) => setFormat(e.target.value as 'csv' | 'xlsx')} />
      <div aria-live="polite" className="mt-3">
        {job !== '' && !done && data?.status !== 'failed' && <Progress label="Writing" value={0} />}
        {done && <p>{plural(done.rows, 'keyword')} written. The file can be fetched for a day.</p>}
        {data?.status === 'failed' && <ErrorNote explained={{ cause: data.reason ?? 'The file could not be written.', credits: 'No credits were used.', next: 'Try again.' }} />}
        {fault && <ErrorNote explained={fault} />}
      </div>
    </Dialog>
  )
}
