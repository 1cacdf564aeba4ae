import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { bulkDeleteIdeas } from '@/api/planner/bulk-delete-ideas'
import { bulkUpdateIdeas } from '@/api/planner/bulk-update-ideas'
import { createIdea } from '@/api/planner/create-idea'
import { getIdea } from '@/api/planner/get-idea'
import { listIdeas } from '@/api/planner/list-ideas'
import { queueIdeas } from '@/api/planner/queue-ideas'
import { restoreIdea } from '@/api/planner/restore-idea'
import { updateIdea } from '@/api/planner/update-idea'
import type { Idea } from '@/api/types'
import { AskDelete, MOST, quickly } from '@/components/grid/Actions'
import type { GridColumn } from '@/components/grid/columns'
import { ListFrame } from '@/components/grid/ListFrame'
import { statusLook, statusText } from '@/components/grid/look'
import { Outline } from '@/components/grid/Outline'
import { NewRecord } from '@/components/grid/NewRecord'
import { Fact, RecordPanel } from '@/components/grid/RecordPanel'
import { nothing } from '@/components/grid/selection'
import { useList, type ListSpec } from '@/components/grid/useList'
import { Badge, Status } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { EmptyState } from '@/components/ui/states'
import { count, date, title } from '@/lib/format'
import { allStructures, types } from '@/lib/structures'

type Filter = 'status' | 'keyword_cluster_id' | 'content_type' | 'content_structure' | 'disabled'

const columns: GridColumn<Idea>[] = [
  { key: 'idea_title', head: 'Idea', sort: 'idea_title', width: 320, text: (i) => i.idea_title, look: (i) => (i.disabled ? 'line-through text-faint' : '') },
  { key: 'status', head: 'Status', sort: 'status', width: 108, text: (i) => statusText(i.status), look: (i) => statusLook(i.status) },
  { key: 'cluster_name', head: 'Cluster', width: 190, text: (i) => i.cluster_name, look: () => 'text-soft' },
  { key: 'primary_keyword', head: 'Keyword', width: 180, text: (i) => i.primary_keyword },
  { key: 'content_structure', head: 'Structure', width: 124, hidden: true, text: (i) => title(i.content_structure), look: () => 'text-soft' },
  { key: 'content_type', head: 'Type', width: 92, hidden: true, text: (i) => title(i.content_type), look: () => 'text-soft' },
  { key: 'estimated_word_count', head: 'Words', sort: 'estimated_word_count', down: true, width: 92, right: true, text: (i) => count(i.estimated_word_count) },
  { key: 'created_at', head: 'Made', sort: 'created_at', down: true, width: 120, text: (i) => (i.created_at ? date(i.created_at) : ''), look: () => 'text-soft' },
]

const spec: ListSpec<Idea, string, Filter> = {
  defaults: { filters: { status: '', keyword_cluster_id: '', content_type: '', content_structure: '', disabled: '' } },
  read: listIdeas,
  columns,
  rowKey: (i) => i.id,
}
const noun: [string, string] = ['idea', 'ideas']

export default function IdeasPage() {
  const used = useList(spec)
  const { site, rows, size } = used
  const [deleting, setDeleting] = useState(false)
  const [adding, setAdding] = useState(false)
  const item = used.params.get('item')
  const over = () => {
    used.select(nothing)
    rows.refresh()
  }
  const ids = () => used.ids(MOST)
  const turn = (disabled: boolean) => void quickly(site.id, size, ids, noun, (chosen) => bulkUpdateIdeas(chosen, { disabled }), disabled ? 'left alone from now on' : 'worked on again', over)
  const queue = (which: () => Promise<string[]>, n: number) => void quickly(site.id, n, which, noun, queueIdeas, 'queued for the writer', over)
  return (
    <ListFrame
      title="Ideas"
      noun={noun}
      name="ideas"
      used={used}
      fields={[
        { kind: 'cluster', name: 'keyword_cluster_id', label: 'Cluster' },
        { kind: 'choice', name: 'content_type', label: 'Type', choices: types },
        { kind: 'choice', name: 'content_structure', label: 'Structure', choices: allStructures },
        { kind: 'choice', name: 'disabled', label: 'Automation', choices: [{ value: 'false', label: 'Works on it' }, { value: 'true', label: 'Leaves it alone' }] },
      ]}
      tabs={{ name: 'status', label: 'Status', choices: [{ value: '', label: 'All' }, { value: 'new', label: 'New' }, { value: 'queued', label: 'Queued' }, { value: 'completed', label: 'Completed' }] }}
      actions={
        <Button onClick={() => setAdding(true)}>
          <Icon name="plus" /> Add
        </Button>
      }
      searchLabel="Find ideas"
      onOpen={(i) => used.setParam('item', i.id)}
      bulk={
        <>
          <Button size="sm" look="solid" onClick={() => queue(ids, size)}>
            <Icon name="task" className="size-3.5" /> Queue to the writer
          </Button>
          <Button size="sm" onClick={() => turn(true)}>
            Leave alone
          </Button>
          <Button size="sm" onClick={() => turn(false)}>
            Work on
          </Button>
          <Button size="sm" onClick={() => setDeleting(true)}>
            <Icon name="trash" className="size-3.5" /> Delete…
          </Button>
        </>
      }
      empty={
        <EmptyState icon="idea" title="No ideas yet" action={<ButtonLink look="solid" to={`/planner/clusters?site=${site.id}&status=new`}>Clusters without ideas</ButtonLink>}>
          Ideas are articles to be written: a title and an outline, made of a cluster of keywords.
        </EmptyState>
      }
    >
      {adding && (
        <NewRecord title="Write an idea down" lead="It waits until you queue it, or a run does." fields={[{ name: 'idea_title', label: 'Title' }, { name: 'description', label: 'About', rows: 4 }, { name: 'primary_keyword', label: 'Primary keyword' }]} create={(v, key) => createIdea({ ...v, site_id: site.id }, key)} onClose={() => setAdding(false)} onDone={() => rows.refresh()} />
      )}
      {deleting && (
        <AskDelete
          site={site.id}
          size={size}
          ids={ids}
          noun={noun}
          onClose={() => setDeleting(false)}
          onDone={over}
          stays="Tasks and articles that were made of them stay."
          remove={bulkDeleteIdeas}
          undo={(list) => async () => {
            for (const id of list) await restoreIdea(site.id, id)
          }}
        />
      )}
      {item && <IdeaPanel key={item} site={site.id} id={item} onClose={() => used.setParam('item', null)} onSaved={(i) => rows.replace((r) => r.id === i.id, () => i)} known={[...rows.loaded()].find((r) => r.id === item)} onQueue={() => queue(() => Promise.resolve([item]), 1)} />}
    </ListFrame>
  )
}

function IdeaPanel({ site, id, known, onClose, onSaved, onQueue }: { site: string; id: string; known: Idea | undefined; onClose: () => void; onSaved: (i: Idea) => void; onQueue: () => void }) {
  const query = useQuery({ queryKey: ['planner', 'idea', site, id], placeholderData: known, queryFn: ({ signal }) => getIdea(site, id, signal) })
  return (
    <RecordPanel
      title={query.data?.idea_title ?? 'Idea'}
      query={query}
      fields={[
        { kind: 'text', name: 'idea_title', label: 'Title', most: 200 },
        { kind: 'text', name: 'description', label: 'About', rows: 4 },
        { kind: 'text', name: 'primary_keyword', label: 'Primary keyword' },
        { kind: 'choice', name: 'content_structure', label: 'Structure', choices: allStructures },
        { kind: 'number', name: 'estimated_word_count', label: 'Words', min: 200, max: 5000 },
        { kind: 'check', name: 'disabled', label: 'Automation leaves it alone' },
      ]}
      values={(i) => ({ idea_title: i.idea_title, description: i.description, primary_keyword: i.primary_keyword, content_structure: i.content_structure, estimated_word_count: i.estimated_word_count, disabled: i.disabled })}
      fixed={(i) => (i.status === 'new' ? undefined : 'A task was made of it: change the task instead.')}
      save={(i, change) => updateIdea(site, id, change, i.version)}
      onSaved={onSaved}
      onClose={onClose}
      above={(i) => (
        <p className="flex flex-wrap items-center gap-2">
          <Status status={i.status} />
          {i.demo && <Badge>Demo</Badge>}
          {i.keyword_cluster && (
            <Link className="text-sm text-ember underline" to={`/planner/keywords?site=${site}&cluster_id=${i.keyword_cluster}`}>
              {i.cluster_name}
            </Link>
          )}
        </p>
      )}
      below={(i) => (
        <>
          <Outline sections={i.outline} />
          {i.covered_keywords.length > 0 && (
            <dl>
              <Fact label="Keywords it covers">{i.covered_keywords.join(', ')}</Fact>
            </dl>
          )}
        </>
      )}
      actions={(i) => i.status === 'new' && <Button onClick={onQueue}>Queue to the writer</Button>}
    />
  )
}
