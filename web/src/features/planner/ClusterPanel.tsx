import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { getCluster } from '@/api/planner/get-cluster'
import { updateCluster } from '@/api/planner/update-cluster'
import type { Cluster } from '@/api/types'
import { Fact, RecordPanel } from '@/components/grid/RecordPanel'
import { Status } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { compact, count } from '@/lib/format'
import { ClusterMembers } from './ClusterMembers'
import type { Change } from './ClustersPage'

/** A cluster: its figures, its keywords and why they are there, and all that can be changed. */
export function ClusterPanel({ site, id, known, onClose, onSaved, onIdeas, onChange }: { site: string; id: string; known: Cluster | undefined; onClose: () => void; onSaved: (c: Cluster) => void; onIdeas: () => void; onChange: (change: Change) => void }) {
  const query = useQuery({ queryKey: ['planner', 'cluster', site, id], placeholderData: known, queryFn: ({ signal }) => getCluster(site, id, signal) })
  return (
    <RecordPanel
      title={query.data?.name ?? 'Cluster'}
      query={query}
      fields={[
        { kind: 'text', name: 'name', label: 'Name', most: 200 },
        { kind: 'text', name: 'description', label: 'About', rows: 4 },
        { kind: 'check', name: 'disabled', label: 'Automation leaves it alone' },
      ]}
      values={(c) => ({ name: c.name, description: c.description, disabled: c.disabled })}
      save={(c, change) => updateCluster(site, id, change, c.version)}
      onSaved={onSaved}
      onClose={onClose}
      above={(c) => (
        <dl className="figures grid grid-cols-3 gap-3 rounded-md border border-line bg-sunken p-3">
          <Fact label="Keywords">
            <Link className="text-ember underline" to={`/planner/keywords?site=${site}&cluster_id=${id}`}>
              {count(c.keywords_count)}
            </Link>
          </Fact>
          <Fact label="Searches a month">{compact(c.volume)}</Fact>
          <Fact label="Status">
            <Status status={c.status} />
          </Fact>
          {c.cohesion !== null && <Fact label="Alike within">{Math.round(c.cohesion * 100)} %</Fact>}
          {c.separation !== null && <Fact label="Unlike the next">{Math.round(c.separation * 100)} %</Fact>}
          {c.topic && (
            <div className="col-span-3">
              <dt className="text-xs text-faint">Topic</dt>
              <dd className="break-words">{c.topic}</dd>
            </div>
          )}
        </dl>
      )}
      below={(c) => (
        <>
          <p className="flex flex-wrap gap-3 text-sm">
            <Link className="text-ember underline" to={`/planner/ideas?site=${site}&keyword_cluster_id=${id}`}>
              Its ideas
            </Link>
            <Link className="text-ember underline" to={`/writer/content?site=${site}&cluster_id=${id}`}>
              Its articles
            </Link>
          </p>
          <ClusterMembers site={site} cluster={c} onAsk={(asked) => onChange({ what: 'members', asked })} />
        </>
      )}
      actions={(c) => (
        <>
          {c.status === 'new' && <Button onClick={onIdeas}>Make ideas…</Button>}
          <Button onClick={() => onChange({ what: 'merge', cluster: c })}>Merge…</Button>
          {c.keywords_count > 1 && <Button onClick={() => onChange({ what: 'recluster', cluster: c })}>Split…</Button>}
        </>
      )}
    />
  )
}
