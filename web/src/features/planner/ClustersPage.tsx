import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { autoGenerateIdeas } from '@/api/planner/auto-generate-ideas'
import { bulkDeleteClusters } from '@/api/planner/bulk-delete-clusters'
import { bulkUpdateClusters } from '@/api/planner/bulk-update-clusters'
import { clusterKeywords } from '@/api/planner/cluster-keywords'
import { createCluster } from '@/api/planner/create-cluster'
import { listClusters } from '@/api/planner/list-clusters'
import { totalKeywords } from '@/api/planner/total-keywords'
import type { Cluster } from '@/api/types'
import { AskDelete, AskStage, MOST, quickly } from '@/components/grid/Actions'
import type { GridColumn } from '@/components/grid/columns'
import { ListFrame } from '@/components/grid/ListFrame'
import { statusLook, statusText } from '@/components/grid/look'
import { NewRecord } from '@/components/grid/NewRecord'
import { nothing } from '@/components/grid/selection'
import { useList, type ListSpec } from '@/components/grid/useList'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { EmptyState } from '@/components/ui/states'
import { count, date, plural } from '@/lib/format'
import { MergeCluster, MoveMembers } from './ClusterDialogs'
import type { MembersAsked } from './ClusterMembers'
import { ClusterPanel } from './ClusterPanel'

const ReclusterDialog = lazy(() => import('./ReclusterDialog'))

type Filter = 'status' | 'disabled'

/** What is done to which keyword is in which cluster. */
export type Change = { what: 'recluster'; cluster?: Cluster } | { what: 'members'; asked: MembersAsked } | { what: 'merge'; cluster: Cluster }

const columns: GridColumn<Cluster>[] = [
  { key: 'name', head: 'Cluster', sort: 'name', width: 260, text: (c) => c.name, look: (c) => (c.disabled ? 'line-through text-faint' : '') },
  { key: 'keywords_count', head: 'Keywords', sort: 'keywords_count', down: true, width: 104, right: true, text: (c) => count(c.keywords_count) },
  { key: 'volume', head: 'Volume', sort: 'volume', down: true, width: 104, right: true, text: (c) => count(c.volume) },
  { key: 'topic', head: 'Topic', width: 170, text: (c) => c.topic ?? '', look: () => 'text-soft' },
  { key: 'difficulty', head: 'Difficulty', width: 96, right: true, text: (c) => (c.difficulty === null ? '–' : String(c.difficulty)) },
  { key: 'status', head: 'Status', sort: 'status', width: 104, text: (c) => statusText(c.status), look: (c) => statusLook(c.status) },
  { key: 'description', head: 'About', width: 230, text: (c) => c.description, look: () => 'text-soft' },
  { key: 'created_at', head: 'Made', sort: 'created_at', down: true, width: 120, text: (c) => date(c.created_at), look: () => 'text-soft' },
]

const spec: ListSpec<Cluster, string, Filter> = { defaults: { filters: { status: '', disabled: '' } }, read: listClusters, columns, rowKey: (c) => c.id }
const noun: [string, string] = ['cluster', 'clusters']

export default function ClustersPage() {
  const used = useList(spec)
  const { site, rows, size } = used
  const [dialog, setDialog] = useState<{ what: 'ideas' | 'delete' | 'group' | 'new'; one?: string } | null>(null)
  const [change, setChange] = useState<Change | null>(null)
  const item = used.params.get('item')
  const again = () => rows.refresh()
  const over = () => {
    used.select(nothing)
    again()
  }
  const asked = { site: site.id, size: dialog?.one ? 1 : size, ids: () => (dialog?.one ? Promise.resolve([dialog.one]) : used.ids(MOST)), noun, onClose: () => setDialog(null), onDone: over }
  const turn = (disabled: boolean) => void quickly(site.id, size, () => used.ids(MOST), noun, (chosen) => bulkUpdateClusters(chosen, { disabled }), disabled ? 'left alone from now on' : 'worked on again', over)
  return (
    <ListFrame
      title="Clusters"
      noun={noun}
      name="clusters"
      used={used}
      fields={[{ kind: 'choice', name: 'disabled', label: 'Automation', choices: [{ value: 'false', label: 'Works on it' }, { value: 'true', label: 'Leaves it alone' }] }]}
      tabs={{ name: 'status', label: 'Status', choices: [{ value: '', label: 'All' }, { value: 'new', label: 'New' }, { value: 'mapped', label: 'Mapped' }] }}
      actions={
        <>
          <ButtonLink to={`/planner/clusters/map?site=${site.id}`}>
            <Icon name="map" /> Map
          </ButtonLink>
          <Button onClick={() => setDialog({ what: 'new' })}>
            <Icon name="plus" /> Add
          </Button>
          <Button onClick={() => setChange({ what: 'recluster' })}>
            <Icon name="again" /> Re-cluster…
          </Button>
          <Button onClick={() => setDialog({ what: 'group' })}>
            <Icon name="cluster" /> Group keywords…
          </Button>
        </>
      }
      searchLabel="Find clusters"
      onOpen={(c) => used.setParam('item', c.id)}
      bulk={
        <>
          <Button size="sm" look="solid" onClick={() => setDialog({ what: 'ideas' })}>
            <Icon name="idea" className="size-3.5" /> Make ideas…
          </Button>
          <Button size="sm" onClick={() => turn(true)}>
            Leave alone
          </Button>
          <Button size="sm" onClick={() => turn(false)}>
            Work on
          </Button>
          <Button size="sm" onClick={() => setDialog({ what: 'delete' })}>
            <Icon name="trash" className="size-3.5" /> Delete…
          </Button>
        </>
      }
      empty={
        <EmptyState icon="cluster" title="No clusters yet" action={<ButtonLink look="solid" to={`/automation?site=${site.id}`}>Start a run</ButtonLink>}>
          A run groups keywords that ask for the same article. It needs at least five keywords.
        </EmptyState>
      }
    >
      {dialog?.what === 'ideas' && (
        <AskStage {...asked} stage={2} title={`Make ideas of ${plural(asked.size, 'cluster')}?`} label="Ideas of clusters" action="Make ideas" ask={autoGenerateIdeas}>
          Each cluster becomes an idea for an article, with an outline. Clusters that have theirs are left as they are.
        </AskStage>
      )}
      {dialog?.what === 'new' && (
        <NewRecord title="Add a cluster" lead="It begins empty: move keywords to it from their list." fields={[{ name: 'name', label: 'Name' }, { name: 'description', label: 'About', rows: 3 }]} create={(v, key) => createCluster({ ...v, site_id: site.id }, key)} onClose={() => setDialog(null)} onDone={again} />
      )}
      {dialog?.what === 'group' && <GroupKeywords site={site.id} onClose={() => setDialog(null)} onDone={again} />}
      {dialog?.what === 'delete' && (
        <AskDelete
          {...asked}
          stays="Their keywords are new again. Ideas that were made of them stay."
          remove={bulkDeleteClusters}
        />
      )}
      {item && <ClusterPanel key={item} site={site.id} id={item} known={find(rows.loaded(), item)} onClose={() => used.setParam('item', null)} onSaved={(c) => rows.replace((r) => r.id === c.id, () => c)} onIdeas={() => setDialog({ what: 'ideas', one: item })} onChange={setChange} />}
      {change?.what === 'recluster' && (
        <Suspense>
          <ReclusterDialog site={site} cluster={change.cluster} onClose={() => setChange(null)} onDone={again} />
        </Suspense>
      )}
      {change?.what === 'members' && <MoveMembers site={site.id} asked={change.asked} onClose={() => setChange(null)} onDone={again} />}
      {change?.what === 'merge' && <MergeCluster site={site.id} into={change.cluster} onClose={() => setChange(null)} onDone={again} />}
    </ListFrame>
  )
}

/** Groups the keywords that are new, by hand: what a run does first. */
function GroupKeywords({ site, onClose, onDone }: { site: string; onClose: () => void; onDone: () => void }) {
  const { data } = useQuery({ queryKey: ['planner', 'totals', site, 'new'], queryFn: ({ signal }) => totalKeywords(site, { status: 'new', disabled: 'false' }, signal) })
  const n = data?.count ?? 0
  return (
    <AskStage site={site} size={n} most={Infinity} blocked={data && n < 5 ? 'There is nothing to group yet: import more keywords first.' : undefined} ids={() => Promise.resolve([])} noun={['keyword', 'keywords']} onClose={onClose} onDone={onDone} stage={1} title="Group new keywords?" label="Grouping" action="Group" ask={(_, key) => clusterKeywords(site, key)}>
      {data ? `${plural(n, 'new keyword')}. A sector needs at least five; those with fewer stay as they are.` : 'Counting…'}
    </AskStage>
  )
}

function find(rows: Iterable<Cluster>, id: string): Cluster | undefined {
  for (const r of rows) if (r.id === id) return r
  return undefined
}
