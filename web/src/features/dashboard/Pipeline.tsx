import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { pipelineQuery } from '@/api/automation/pipeline-overview'
import { Card } from '@/components/ui/card'
import { Loaded } from '@/components/ui/states'
import { count, title } from '@/lib/format'
import { stageName, stages } from '@/lib/stages'

/** Statuses as the lists call them, where that is another word. */
const words: Record<string, string> = { review: 'in review', draft: 'drafts' }

/** The seven stages: what there is, and what waits. */
export function Pipeline({ siteId }: { siteId: string }) {
  const query = useQuery(pipelineQuery(siteId))
  return (
    <Card title="Pipeline" flush>
      <Loaded query={query} rows={7}>
        {(all) => (
          <ol className="divide-y divide-line">
            {all.map((s) => {
              const path = stages.find((x) => x.stage === s.stage)?.path ?? '/automation'
              const statuses = Object.entries(s.counts).filter(([, n]) => n > 0)
              return (
                <li key={s.stage}>
                  <Link to={`${path}?site=${siteId}`} className="flex items-center gap-3 px-4 py-2 outline-offset-[-2px] hover:bg-hover">
                    <span className="figures grid size-5 shrink-0 place-items-center rounded-full bg-hover text-xs text-soft">{s.stage}</span>
                    <span className="min-w-0 flex-1">
                      <span className="block truncate font-medium">{stageName(s.stage)}</span>
                      <span className="figures block truncate text-xs text-faint">
                        {`${s.of === 'contents' ? 'Articles' : title(s.of)}: `}
                        {statuses.length > 0 ? statuses.map(([k, n]) => `${count(n)} ${words[k] ?? k.replaceAll('_', ' ')}`).join(' · ') : 'none yet'}
                      </span>
                    </span>
                    <span className="figures text-right">
                      {s.pending > 0 ? (
                        <>
                          <span className="font-semibold">{count(s.pending)}</span> <span className="text-xs text-faint">{s.stage === 7 ? 'to review' : 'waiting'}</span>
                        </>
                      ) : (
                        <span className="text-xs text-faint">nothing waits</span>
                      )}
                    </span>
                  </Link>
                </li>
              )
            })}
          </ol>
        )}
      </Loaded>
    </Card>
  )
}
