import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Task } from '@/api/types'
import { autoGenerateContent } from '@/api/writer/auto-generate-content'
import { bulkDeleteTasks } from '@/api/writer/bulk-delete-tasks'
import { bulkUpdateTasks } from '@/api/writer/bulk-update-tasks'
import { createTask } from '@/api/writer/create-task'
import { getTask } from '@/api/writer/get-task'
import { listTasks } from '@/api/writer/list-tasks'
import { restoreTask } from '@/api/writer/restore-task'
import { updateTask } from '@/api/writer/update-task'
import { AskDelete, AskStage, MOST, quickly } from '@/components/grid/Actions'
import type { GridColumn } from '@/components/grid/columns'
import { ListFrame } from '@/components/grid/ListFrame'
import { badge, statusLook, statusText } from '@/components/grid/look'
import { Outline } from '@/components/grid/Outline'
import { NewRecord } from '@/components/grid/NewRecord'
import { RecordPanel } from '@/components/grid/RecordPanel'
import { nothing } from '@/components/grid/selection'
import { useList, type ListSpec } from '@/components/grid/useList'
import { Status } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Input, Select } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { EmptyState, ErrorNote } from '@/components/ui/states'
import { count, date, plural, title } from '@/lib/format'
import { allStructures, types } from '@/lib/structures'

type Filter = 'status' | 'cluster_id' | 'content_type' | 'content_structure' | 'run_id'

const columns: GridColumn<Task>[] = [
  { key: 'title', head: 'Task', sort: 'title', width: 320, text: (t) => t.title },
  { key: 'status', head: 'Status', sort: 'status', width: 120, text: (t) => (t.fault ? 'Failed' : statusText(t.status)), look: (t) => (t.fault ? badge('bad') : statusLook(t.status)), hint: (t) => t.fault ?? '' },
  { key: 'primary_keyword', head: 'Keyword', width: 180, text: (t) => t.primary_keyword },
  { key: 'cluster_name', head: 'Cluster', width: 180, text: (t) => t.cluster_name, look: () => 'text-soft' },
  { key: 'content_structure', head: 'Structure', width: 124, hidden: true, text: (t) => title(t.content_structure), look: () => 'text-soft' },
  { key: 'word_count', head: 'Words', sort: 'word_count', down: true, width: 92, right: true, text: (t) => count(t.word_count) },
  { key: 'created_at', head: 'Queued', sort: 'created_at', down: true, width: 120, text: (t) => (t.created_at ? date(t.created_at) : ''), look: () => 'text-soft' },
]

const spec: ListSpec<Task, string, Filter> = {
  defaults: { filters: { status: '', cluster_id: '', content_type: '', content_structure: '', run_id: '' } },
  read: listTasks,
  columns,
  rowKey: (t) => t.id,
}
const noun: [string, string] = ['task', 'tasks']

export default function TasksPage() {
  const used = useList(spec)
  const { site, rows, size } = used
  const [dialog, setDialog] = useState<{ what: 'write' | 'delete' | 'edit' | 'new'; one?: string } | null>(null)
  const item = used.params.get('item')
  const over = () => {
    used.select(nothing)
    rows.refresh()
  }
  const asked = { site: site.id, size: dialog?.one ? 1 : size, ids: () => (dialog?.one ? Promise.resolve([dialog.one]) : used.ids(MOST)), noun, onClose: () => setDialog(null), onDone: over }
  return (
    <ListFrame
      title="Tasks"
      noun={noun}
      name="tasks"
      used={used}
      fields={[
        { kind: 'cluster', name: 'cluster_id', label: 'Cluster' },
        { kind: 'choice', name: 'content_type', label: 'Type', choices: types },
        { kind: 'choice', name: 'content_structure', label: 'Structure', choices: allStructures },
      ]}
      tabs={{ name: 'status', label: 'Status', choices: [{ value: '', label: 'All' }, { value: 'queued', label: 'Queued' }, { value: 'completed', label: 'Completed' }] }}
      actions={
        <Button onClick={() => setDialog({ what: 'new' })}>
          <Icon name="plus" /> Add
        </Button>
      }
      searchLabel="Find tasks"
      onOpen={(t) => used.setParam('item', t.id)}
      bulk={
        <>
          <Button size="sm" look="solid" onClick={() => setDialog({ what: 'write' })}>
            <Icon name="content" className="size-3.5" /> Write…
          </Button>
          <Button size="sm" onClick={() => setDialog({ what: 'edit' })}>
            <Icon name="edit" className="size-3.5" /> Edit…
          </Button>
          <Button size="sm" onClick={() => setDialog({ what: 'delete' })}>
            <Icon name="trash" className="size-3.5" /> Delete…
          </Button>
        </>
      }
      empty={
        <EmptyState icon="task" title="No tasks yet" action={<ButtonLink look="solid" to={`/planner/ideas?site=${site.id}&status=new`}>Ideas that are not queued</ButtonLink>}>
          A task is an idea that is to be written. Queue ideas, or let a run do it.
        </EmptyState>
      }
    >
      {dialog?.what === 'write' && (
        <AskStage {...asked} stage={4} title={`Write ${plural(asked.size, 'article')}?`} label="Writing" action="Write" ask={autoGenerateContent}>
          Each task becomes an article. Those that are written already are left as they are.
        </AskStage>
      )}
      {dialog?.what === 'delete' && (
        <AskDelete
          {...asked}
          stays="What was written of them stays; ideas of tasks that were not written are new again."
          remove={bulkDeleteTasks}
          undo={(list) => async () => {
            for (const id of list) await restoreTask(site.id, id)
          }}
        />
      )}
      {dialog?.what === 'new' && (
        <NewRecord title="Queue a text" lead="Nothing is written yet: a run does it, or you do." fields={[{ name: 'title', label: 'Title' }, { name: 'description', label: 'About', rows: 4 }, { name: 'primary_keyword', label: 'Primary keyword' }]} create={(v, key) => createTask({ ...v, site_id: site.id }, key)} onClose={() => setDialog(null)} onDone={() => rows.refresh()} />
      )}
      {dialog?.what === 'edit' && <EditTasks size={size} onClose={() => setDialog(null)} onSave={(set) => void quickly(site.id, size, () => used.ids(MOST), noun, (chosen) => bulkUpdateTasks(chosen, set), 'changed', over)} />}
      {item && <TaskPanel key={item} site={site.id} id={item} known={[...rows.loaded()].find((r) => r.id === item)} onClose={() => used.setParam('item', null)} onSaved={(t) => rows.replace((r) => r.id === t.id, () => t)} onWrite={() => setDialog({ what: 'write', one: item })} />}
    </ListFrame>
  )
}

function EditTasks({ size, onClose, onSave }: { size: number; onClose: () => void; onSave: (set: Record<string, unknown>) => void }) {
  const [structure, setStructure] = useState('')
  const [words, setWords] = useState('')
  const set = { ...(structure && { content_structure: structure }), ...(words && { word_count: Number(words) }) }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Edit ${plural(size, 'task')}`}
      lead="Only what you set here is changed; tasks that are written already can’t be."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="solid"
            disabled={Object.keys(set).length === 0}
            onClick={() => {
              onSave(set)
              onClose()
            }}
          >
            Change {plural(size, 'task')}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3">
        <Select label="Structure" value={structure} choices={[{ value: '', label: 'Leave' }, ...allStructures]} onChange={(e) => setStructure(e.target.value)} />
        <Input label="Words" type="number" min={200} max={5000} placeholder="Leave" value={words} onChange={(e) => setWords(e.target.value)} />
      </div>
    </Dialog>
  )
}

function TaskPanel({ site, id, known, onClose, onSaved, onWrite }: { site: string; id: string; known: Task | undefined; onClose: () => void; onSaved: (t: Task) => void; onWrite: () => void }) {
  const query = useQuery({ queryKey: ['writer', 'task', site, id], placeholderData: known, queryFn: ({ signal }) => getTask(site, id, signal) })
  return (
    <RecordPanel
      title={query.data?.title ?? 'Task'}
      query={query}
      fields={[
        { kind: 'text', name: 'title', label: 'Title', most: 200 },
        { kind: 'text', name: 'description', label: 'About', rows: 4 },
        { kind: 'text', name: 'primary_keyword', label: 'Primary keyword' },
        { kind: 'choice', name: 'content_structure', label: 'Structure', choices: allStructures },
        { kind: 'number', name: 'word_count', label: 'Words', min: 200, max: 5000 },
      ]}
      values={(t) => ({ title: t.title, description: t.description, primary_keyword: t.primary_keyword, content_structure: t.content_structure, word_count: t.word_count })}
      fixed={(t) => (t.status === 'completed' ? 'It is written: change the article instead.' : undefined)}
      save={(t, change) => updateTask(site, id, change, t.version)}
      onSaved={onSaved}
      onClose={onClose}
      above={(t) => (
        <>
          <p className="flex flex-wrap items-center gap-3">
            <Status status={t.status} />
            {t.content && (
              <Link className="text-sm text-ember underline" to={`/writer/content/${t.content}?site=${site}`}>
                Its article
              </Link>
            )}
            {t.cluster && (
              <Link className="text-sm text-ember underline" to={`/planner/keywords?site=${site}&cluster_id=${t.cluster}`}>
                {t.cluster_name}
              </Link>
            )}
          </p>
          {t.fault && <ErrorNote explained={{ cause: t.fault, credits: 'A call that gave nothing usable is not charged.', next: 'Write it again, by hand or in the next run.' }} />}
        </>
      )}
      below={(t) => <Outline sections={t.outline} />}
      actions={(t) => t.status === 'queued' && <Button onClick={onWrite}>Write…</Button>}
    />
  )
}
