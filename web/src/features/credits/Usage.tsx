import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { sitesQuery } from '@/api/auth/list-sites'
import { usageQuery } from '@/api/billing/usage'
import type { UsageSummary } from '@/api/types'
import { Card } from '@/components/ui/card'
import { Select } from '@/components/ui/field'
import { Loaded } from '@/components/ui/states'
import { credits, date } from '@/lib/format'
import { stageName } from '@/lib/stages'

const spans = [7, 30, 90, 365]

export function Usage() {
  const [params, setParams] = useSearchParams()
  const days = spans.find((d) => String(d) === params.get('days')) ?? 30
  const query = useQuery(usageQuery(days))
  const { data: sites = [] } = useQuery(sitesQuery)
  const change = (value: string) =>
    setParams((p) => {
      const next = new URLSearchParams(p)
      next.set('days', value)
      return next
    })
  return (
    <Card title="Used" action={<Select label="Time" bare size="sm" value={String(days)} choices={spans.map((d) => ({ value: String(d), label: `${d} days` }))} onChange={(e) => change(e.target.value)} />}>
      <Loaded query={query} rows={4}>
        {(u) => (
          <div className="grid gap-6 md:grid-cols-2">
            <div>
              <p className="figures text-xl font-semibold">
                {credits(u.credits_used)} <span className="text-base font-normal text-soft">credits in {days} days</span>
              </p>
              <Days days={u.by_day} />
            </div>
            <div className="space-y-4">
              <Shares title="By stage" rows={u.by_stage.map((s) => ({ name: s.stage ? stageName(s.stage) : s.name, credits: s.credits_used }))} />
              {u.by_site.length > 1 && <Shares title="By site" rows={u.by_site.map((s) => ({ name: sites.find((x) => x.id === s.site_id)?.name ?? 'A deleted site', credits: s.credits_used }))} />}
            </div>
          </div>
        )}
      </Loaded>
    </Card>
  )
}

/** A bar a day; the figures are told in words too. */
function Days({ days }: { days: UsageSummary['by_day'] }) {
  const most = Math.max(1, ...days.map((d) => d.credits_used))
  const peak = days.find((d) => d.credits_used === most)
  const step = 100 / Math.max(1, days.length)
  return (
    <svg role="img" viewBox="0 0 100 32" preserveAspectRatio="none" className="mt-3 h-24 w-full" aria-label={peak ? `A bar a day; most on ${date(peak.day)}: ${credits(peak.credits_used)} credits` : 'Nothing was used'}>
      {days.map((d, i) => (
        <rect key={d.day} x={i * step + step * 0.1} width={step * 0.8} y={32 - (d.credits_used / most) * 31 - 0.6} height={(d.credits_used / most) * 31 + 0.6} className={d.credits_used > 0 ? 'fill-ember' : 'fill-line'}>
          <title>{`${date(d.day)}: ${credits(d.credits_used)}`}</title>
        </rect>
      ))}
    </svg>
  )
}

function Shares({ title, rows }: { title: string; rows: { name: string; credits: number }[] }) {
  const most = Math.max(1, ...rows.map((r) => r.credits))
  if (rows.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 text-sm text-faint">{title}</h3>
      <ul className="space-y-1.5">
        {rows.map((r) => (
          <li key={r.name}>
            <span className="flex justify-between gap-3 text-sm">
              <span className="truncate">{r.name}</span>
              <span className="figures">{credits(r.credits)}</span>
            </span>
            <span aria-hidden className="block h-1 rounded-full bg-hover">
              <span className="block h-full rounded-full bg-ember" style={{ width: `${(r.credits / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
