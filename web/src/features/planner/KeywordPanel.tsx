import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { newKey } from '@/api/client'
import { bulkDeleteKeywords } from '@/api/planner/bulk-delete-keywords'
import { getKeyword } from '@/api/planner/get-keyword'
import { updateKeyword, type KeywordEdit } from '@/api/planner/update-keyword'
import { explain, Problem, type Explained } from '@/api/problem'
import type { Keyword } from '@/api/types'
import { tell } from '@/components/grid/Actions'
import { ClusterPicker } from '@/components/grid/ClusterPicker'
import { Status } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox, Input, Select } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { useDraft } from '@/lib/draft'
import { useClose, useUnsaved } from '@/lib/unsaved'
import { date, dateTime } from '@/lib/format'
import { listOf } from '@/lib/list'
import { toast } from '@/stores/toasts'
import { doneWithUndo } from './KeywordDialogs'
import { intents, volumeText } from './keywords'

interface Props {
  site: string
  id: number
  onClose: () => void
  onChanged: (k: Keyword) => void
  onGone: () => void
}

/** A keyword: its figures by source, and all that can be changed. */
export function KeywordPanel({ site, id, onClose, onChanged, onGone }: Props) {
  const query = useQuery({ queryKey: ['planner', 'keyword', site, id], queryFn: ({ signal }) => getKeyword(site, id, signal) })
  return (
    <Dialog open side onClose={onClose} title={query.data?.keyword ?? 'Keyword'}>
      <Loaded query={query}>{(k) => <Form k={k} site={site} onClose={onClose} onChanged={onChanged} onGone={onGone} reread={query.refetch} />}</Loaded>
    </Dialog>
  )
}

const labels: Record<string, string> = { keyword: 'Keyword', volume: 'Your volume', difficulty: 'Your difficulty', intent: 'Your intent', country: 'Country', cluster: 'Cluster', disabled: 'Automation leaves it alone', tags: 'Tags' }

const valuesOf = (k: Keyword) => {
  const own = k.figures?.find((f) => f.source === 'manual')
  const text = (n: number | null | undefined) => (n === undefined || n === null ? '' : String(n))
  return {
    keyword: k.keyword,
    volume: text(own?.volume),
    difficulty: text(own?.difficulty),
    intent: own?.intent ?? '',
    country: k.country ?? '',
    cluster: k.cluster_id ?? '',
    disabled: k.disabled,
    tags: (k.tags ?? []).join(', '),
  }
}

const figure = (text: string) => (text.trim() === '' ? -1 : Number(text))

function Form({ k, site, onClose, onChanged, onGone, reread }: Omit<Props, 'id'> & { k: Keyword; reread: () => unknown }) {
  const draft = useDraft(k, valuesOf)
  const close = useClose(onClose)
  useUnsaved(draft.dirty)
  const { now, change, base } = draft
  const [busy, setBusy] = useState(false)
  const [thrown, setThrown] = useState<unknown>(null)
  const before = base.tags ?? []
  const after = change.tags === undefined ? before : listOf(now.tags)
  const edit: KeywordEdit = {
    ...(now.keyword.trim() !== base.keyword && { keyword: now.keyword.trim() }),
    ...(change.volume !== undefined && { volume: figure(now.volume) }),
    ...(change.difficulty !== undefined && { difficulty: figure(now.difficulty) }),
    ...(change.intent !== undefined && { intent: now.intent }),
    ...(change.country !== undefined && { country: now.country }),
    ...(change.cluster !== undefined && { cluster_id: now.cluster }),
    ...(change.disabled !== undefined && { disabled: now.disabled }),
    ...(after.some((t) => !before.includes(t)) && { add_tags: after.filter((t) => !before.includes(t)) }),
    ...(before.some((t) => !after.includes(t)) && { remove_tags: before.filter((t) => !after.includes(t)) }),
  }
  const fault = (name: string) => (thrown instanceof Problem ? thrown.field(name) : undefined)
  const save = async () => {
    setBusy(true)
    try {
      const saved = await updateKeyword(site, k.id, edit, base.version)
      onChanged(saved)
      setThrown(null)
      toast('Saved')
      await reread()
      draft.clear()
    } catch (e) {
      setThrown(e)
      // Read at once, to tell what was changed; what was typed stays.
      if (e instanceof Problem && e.status === 412) await reread()
    } finally {
      setBusy(false)
    }
  }
  const remove = async () => {
    try {
      const done = await bulkDeleteKeywords({ site_id: site, ids: [k.id] }, newKey())
      doneWithUndo(site, `${k.keyword} deleted`, done.version, onGone)
      onGone()
      onClose()
    } catch (e) {
      tell(e)
    }
  }
  const general: Explained | null = thrown && !draft.overtaken && !['keyword', 'volume', 'difficulty', 'intent', 'country', 'tags', 'add_tags'].some((f) => fault(f)) ? explain(thrown) : null
  return (
    <form
      className="flex min-h-full flex-col gap-4 pb-4"
      onSubmit={(e) => {
        e.preventDefault()
        void save()
      }}
    >
      <dl className="figures grid grid-cols-3 gap-3 rounded-md border border-line bg-sunken p-3">
        <div>
          <dt className="text-xs text-faint">Volume</dt>
          <dd className="text-lg font-semibold">{volumeText(k)}</dd>
        </div>
        <div>
          <dt className="text-xs text-faint">Difficulty</dt>
          <dd className="text-lg font-semibold">{k.difficulty ?? '–'}</dd>
        </div>
        <div>
          <dt className="text-xs text-faint">Status</dt>
          <dd className="pt-0.5">
            <Status status={k.status} />
          </dd>
        </div>
      </dl>
      <Input label="Keyword" value={now.keyword} maxLength={200} fault={fault('keyword')} onChange={(e) => draft.set({ keyword: e.target.value })} />
      <div className="grid grid-cols-3 gap-3">
        <Input label="Your volume" type="number" min={0} placeholder="As told" value={now.volume} fault={fault('volume')} onChange={(e) => draft.set({ volume: e.target.value })} />
        <Input label="Your difficulty" type="number" min={0} max={100} placeholder="As told" value={now.difficulty} fault={fault('difficulty')} onChange={(e) => draft.set({ difficulty: e.target.value })} />
        <Input label="Country" maxLength={2} placeholder="Any" value={now.country} fault={fault('country')} onChange={(e) => draft.set({ country: e.target.value })} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Select label="Your intent" value={now.intent} choices={[{ value: '', label: k.intent ? `As told (${k.intent})` : 'As told' }, ...intents]} fault={fault('intent')} onChange={(e) => draft.set({ intent: e.target.value })} />
        <ClusterPicker site={site} label="Cluster" value={now.cluster} onPick={(c) => draft.set({ cluster: c?.id ?? '' })} />
      </div>
      <Input label="Tags" hint="With commas between" value={now.tags} fault={fault('add_tags') ?? fault('tags')} onChange={(e) => draft.set({ tags: e.target.value })} />
      <Checkbox label="Automation leaves it alone" checked={now.disabled} onChange={(e) => draft.set({ disabled: e.target.checked })} />
      {(k.figures ?? []).length > 0 && (
        <section>
          <h3 className="mb-1 text-sm">What each source says</h3>
          <table className="figures w-full text-sm">
            <thead className="text-left text-xs text-faint">
              <tr>
                <th className="py-1 font-medium">Source</th>
                <th className="py-1 text-right font-medium">Volume</th>
                <th className="py-1 text-right font-medium">Difficulty</th>
                <th className="py-1 text-right font-medium">Of</th>
              </tr>
            </thead>
            <tbody>
              {k.figures?.map((f, i) => (
                <tr key={i} className="border-t border-line">
                  <td className="py-1">{f.source === 'manual' ? 'You' : f.source}</td>
                  <td className="py-1 text-right">{volumeText({ volume: f.volume ?? null, volume_low: f.volume_low, volume_high: f.volume_high })}</td>
                  <td className="py-1 text-right">{f.difficulty ?? '–'}</td>
                  <td className="py-1 text-right text-soft">{f.date ? date(f.date) : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <p className="text-xs text-faint">
        Added {dateTime(k.created_at)}, changed {dateTime(k.updated_at)}.{' '}
        {k.cluster_id && (
          <Link className="text-ember underline" to={`/planner/keywords?site=${site}&cluster_id=${k.cluster_id}`}>
            All of its cluster
          </Link>
        )}
      </p>
      {general && <ErrorNote explained={general} />}
      {draft.overtaken && <Overtaken lines={draft.overtaken} mine={Object.keys(change)} label={(name) => labels[name] ?? name} onTake={() => { draft.rebase(); setThrown(null) }} />}
      <div className="mt-auto flex gap-2 border-t border-line pt-3">
        <Button look="quiet" onClick={() => void remove()}>
          Delete
        </Button>
        <span className="flex-1" />
        <Button onClick={close}>Close</Button>
        <Button type="submit" look="solid" busy={busy} disabled={Object.keys(edit).length === 0 || draft.overtaken !== null}>
          Save
        </Button>
      </div>
    </form>
  )
}
