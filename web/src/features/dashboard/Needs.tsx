import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { runQuery } from '@/api/automation/run-detail'
import type { Need, Overview } from '@/api/types'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Icon, type IconName } from '@/components/ui/icon'
import { Loaded } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { nothingMade } from './nothingMade'

interface Way {
  icon: IconName
  label: string
  to: (need: Need, siteId: string) => string
  bad?: boolean
}

const ways: Record<string, Way> = {
  content_review: { icon: 'review', label: 'Review', to: (_, s) => `/writer/review?site=${s}` },
  failed_items: { icon: 'warn', label: 'Look', to: (n, s) => (n.run_id ? `/automation/runs/${n.run_id}?site=${s}` : `/automation?site=${s}`), bad: true },
  failed_publication: { icon: 'warn', label: 'Look', to: (_, s) => `/writer/content?site=${s}&site_status=failed`, bad: true },
  run_paused: { icon: 'pause', label: 'Open', to: (_, s) => `/automation?site=${s}` },
  run_failed: { icon: 'warn', label: 'Open', to: (_, s) => `/automation?site=${s}`, bad: true },
  integration_broken: { icon: 'plug', label: 'Mend', to: (_, s) => `/sites/${s}?tab=integration`, bad: true },
  low_credits: { icon: 'credits', label: 'Credits', to: () => '/credits' },
}
const otherwise: Way = { icon: 'info', label: 'Open', to: (_, s) => `/automation?site=${s}` }

/** What waits for a person, the most urgent first. */
export function Needs({ siteId, query }: { siteId: string; query: UseQueryResult<Overview> }) {
  const last = query.data?.run
  const { data: run } = useQuery({ ...runQuery(siteId, last?.id ?? ''), enabled: last?.status === 'completed' })
  const nothing = run && run.id === last?.id ? nothingMade(run) : null
  return (
    <Card title="Needs you" flush>
      <Loaded query={query} rows={3}>
        {({ needs }) =>
          needs.length === 0 && !nothing ? (
            <p className="flex items-center gap-2 p-4 text-soft">
              <Icon name="check" className="size-4 text-good" /> Nothing waits for you.
            </p>
          ) : (
            <ul className="divide-y divide-line">
              {needs.map((need) => {
                const way = ways[need.kind] ?? otherwise
                return (
                  <li key={`${need.kind}${need.integration_id ?? ''}`} className="flex items-start gap-2.5 px-4 py-3">
                    <Icon name={way.icon} className={cx('mt-0.5 size-4', way.bad ? 'text-bad' : 'text-ember')} />
                    <p className="min-w-0 flex-1 break-words first-letter:uppercase">{need.reason}</p>
                    <ButtonLink size="sm" to={way.to(need, siteId)}>
                      {way.label}
                    </ButtonLink>
                  </li>
                )
              })}
              {nothing && (
                <li className="flex items-start gap-2.5 px-4 py-3">
                  <Icon name="run" className="mt-0.5 size-4 text-ember" />
                  <p className="min-w-0 flex-1 break-words">{nothing.reason}</p>
                  <ButtonLink size="sm" to={`${nothing.path}?site=${siteId}`}>
                    {nothing.label}
                  </ButtonLink>
                </li>
              )}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}
