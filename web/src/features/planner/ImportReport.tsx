import { useState } from 'react'
import type { ImportReport, ImportResult } from '@/api/planner/import-keywords'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, Figure } from '@/components/ui/card'
import { Select } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { compact, count, plural, title } from '@/lib/format'
import { here } from '@/lib/origin'
import { volumeText } from './keywords'

const fields = ['keyword', 'volume', 'difficulty', 'intent', 'country', 'tags', 'date']

interface Props {
  result: ImportResult
  mapping: Record<string, string>
  busy: boolean
  onMap: (mapping: Record<string, string>) => void
  onImport: () => void
  onBack: () => void
}

/** What an import would do: figures, which column is which, the first rows, what is wrong with which line. */
export function ImportReportView({ result, mapping, busy, onMap, onImport, onBack }: Props) {
  const [wanted, setWanted] = useState(mapping)
  const files = result.files.length > 0 ? result.files : [result]
  const changed = JSON.stringify(wanted) !== JSON.stringify(mapping)
  const nothing = result.new === 0 && result.updated === 0
  return (
    <div className="space-y-4">
      <Card>
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-5">
          <Figure label="New">{count(result.new)}</Figure>
          <Figure label="There already" hint={result.updated > 0 ? `${count(result.updated)} get figures or tags` : undefined}>
            {count(result.already)}
          </Figure>
          <Figure label="Left out as duplicates">{count(result.duplicates)}</Figure>
          <Figure label="Faults">{count(result.faults_count)}</Figure>
          <Figure label="Searches a month">{compact(result.volume_sum)}</Figure>
        </dl>
      </Card>
      {files.map((f, i) => (
        <FileReport key={`${f.name}${i}`} report={f} wanted={wanted} onWanted={setWanted} />
      ))}
      {result.report_url && (
        <p className="text-sm text-soft">
          Only the first faults are shown.{' '}
          <a className="text-ember underline" href={here(result.report_url)} download="import-report.json">
            The full report
          </a>
        </p>
      )}
      <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t border-line bg-page py-3">
        {changed ? (
          <Button look="solid" busy={busy} onClick={() => onMap(wanted)}>
            Look again with these columns
          </Button>
        ) : (
          <Button look="solid" busy={busy} disabled={nothing} onClick={onImport}>
            {nothing ? 'Nothing to import' : result.new > 0 ? `Import ${plural(result.new, 'new keyword')}` : `Add figures to ${plural(result.updated, 'keyword')}`}
          </Button>
        )}
        <Button onClick={onBack}>Choose another file</Button>
        <span className="text-sm text-soft">It costs no credits.</span>
      </div>
    </div>
  )
}

function FileReport({ report, wanted, onWanted }: { report: ImportReport; wanted: Record<string, string>; onWanted: (mapping: Record<string, string>) => void }) {
  if (report.error) return <ErrorNote explained={{ cause: `${report.name}: ${report.error.message}`, next: 'The other files can be imported without it.' }} />
  const about = [report.tool, report.encoding, report.delimiter && `divided by ${report.delimiter}`, report.header_line > 1 && `headers in line ${report.header_line}`, report.date && `figures of ${report.date}`].filter(Boolean)
  return (
    <Card title={<span className="break-all">{report.name}</span>} action={<span className="text-xs text-faint">{about.join(' · ')}</span>}>
      {report.headers.length > 0 && (
        <section className="mb-4">
          <h3 className="mb-2 text-sm">Which column is which</h3>
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            {fields.map((field) => {
              const found = report.columns[field] ?? ''
              const value = wanted[field] ?? found
              return (
                <Select
                  key={field}
                  size="sm"
                  label={title(field)}
                  value={value}
                  choices={[{ value: '', label: field === 'keyword' ? 'Choose a column' : 'None' }, ...[...new Set([...report.headers, value].filter(Boolean))].map((h) => ({ value: h, label: h }))]}
                  onChange={(e) => {
                    const next = { ...wanted, [field]: e.target.value }
                    if (e.target.value === found) Reflect.deleteProperty(next, field)
                    onWanted(next)
                  }}
                />
              )
            })}
          </div>
        </section>
      )}
      {report.sample.length > 0 && (
        <section className="mb-4">
          <h3 className="mb-1 text-sm">The first rows, as they are understood</h3>
          <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`First rows of ${report.name}`}>
            <table className="figures w-full text-sm">
              <thead className="text-left text-xs text-faint">
                <tr>
                  {['Line', 'Keyword', 'Volume', 'Difficulty', 'Intent', 'Country', 'Tags'].map((h) => (
                    <th key={h} className="py-1 pr-4 font-medium">
                      {h}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {report.sample.map((s) => {
                  const f = s.figures?.[0]
                  return (
                    <tr key={s.line} className="border-t border-line">
                      <td className="py-1 pr-4 text-faint">{s.line}</td>
                      <td className="py-1 pr-4 font-medium">{s.keyword}</td>
                      <td className="py-1 pr-4">{volumeText({ volume: f?.volume ?? null, volume_low: f?.volume_low, volume_high: f?.volume_high })}</td>
                      <td className="py-1 pr-4">{f?.difficulty ?? '–'}</td>
                      <td className="py-1 pr-4">{f?.intent ?? ''}</td>
                      <td className="py-1 pr-4">{s.country ?? ''}</td>
                      <td className="py-1 pr-4">{(s.tags ?? []).join(', ')}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {report.faults.length > 0 && (
        <section className="mb-4">
          <h3 className="mb-1 text-sm">What can’t be read</h3>
          <ul className="divide-y divide-line text-sm">
            {report.faults.map((f, i) => (
              <li key={i} className="flex gap-3 py-1.5">
                <Badge tone="warn">{f.line > 0 ? `Line ${f.line}${f.column > 0 ? `, column ${f.column}` : ''}` : 'More'}</Badge>
                <span>
                  {f.reason} <span className="text-soft">{f.mend}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.near_duplicates_count > 0 && (
        <details>
          <summary className="text-sm font-medium">{plural(report.near_duplicates_count, 'keyword')} much like others (kept)</summary>
          <ul className="mt-1 text-sm text-soft">
            {report.near_duplicates.map((n, i) => (
              <li key={i}>
                Line {n.line}: {n.keyword} is like {n.like} ({n.kind})
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  )
}
