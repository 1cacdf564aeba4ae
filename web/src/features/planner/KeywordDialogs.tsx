import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { newKey } from '@/api/client'
import { bulkDeleteKeywords } from '@/api/planner/bulk-delete-keywords'
import { bulkUpdateKeywords } from '@/api/planner/bulk-update-keywords'
import { createKeyword } from '@/api/planner/create-keyword'
import { undoKeywords } from '@/api/planner/undo-keywords'
import type { KeywordEdit } from '@/api/planner/update-keyword'
import { explain, Problem, type Explained } from '@/api/problem'
import type { Keyword } from '@/api/types'
import { tell } from '@/components/grid/Actions'
import { ClusterPicker } from '@/components/grid/ClusterPicker'
import { nothing } from '@/components/grid/selection'
import type { UsedList } from '@/components/grid/useList'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox, Input, Select, Textarea } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { count, plural } from '@/lib/format'
import { listOf } from '@/lib/list'
import { toast } from '@/stores/toasts'
import { intents, type KeywordFilter } from './keywords'

type Used = UsedList<Keyword, number, KeywordFilter>
interface Props {
  used: Used
  onClose: () => void
  onDone: () => void
}

/** Which keywords are meant: some by id, or all that the list's query finds. */
function selected(used: Used) {
  const { selection, site } = used
  return selection.all ? { site_id: site.id, filter: used.word } : { site_id: site.id, ids: [...selection.ids] }
}

/** Tells that it is done, with the way back. */
export function doneWithUndo(site: string, text: string, version: number, again: () => void) {
  toast(text, {
    action: {
      label: 'Undo',
      run: () =>
        void undoKeywords(site, version).then(
          () => {
            toast('Taken back')
            again()
          },
          (thrown: unknown) => tell(thrown),
        ),
    },
  })
}

export function DeleteKeywords({ used, onClose, onDone }: Props) {
  const body = selected(used)
  const dry = useQuery({ queryKey: ['dry-delete', JSON.stringify(body)], gcTime: 0, queryFn: () => bulkDeleteKeywords({ ...body, dry_run: true }) })
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Explained | null>(null)
  const [key, setKey] = useState(newKey)
  const n = dry.data?.count
  const go = async () => {
    setBusy(true)
    try {
      const done = await bulkDeleteKeywords({ ...body, expected: n }, key)
      doneWithUndo(used.site.id, `${plural(done.changed, 'keyword')} deleted`, done.version, onDone)
      used.select(nothing)
      onDone()
      onClose()
    } catch (thrown) {
      // Another try is another intention when the list has changed meanwhile.
      if (thrown instanceof Problem && thrown.code === 'changed_since') {
        setKey(newKey())
        void dry.refetch()
      }
      setFault(explain(thrown))
    } finally {
      setBusy(false)
    }
  }
  const failed = fault ?? (dry.error ? explain(dry.error) : null)
  return (
    <Dialog
      open
      onClose={onClose}
      title="Delete keywords?"
      lead="What was written of them stays. It can be undone until the next change of the site’s keywords."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="danger" busy={busy || n === undefined} onClick={() => void go()}>
            {n === undefined ? 'Counting…' : `Delete ${plural(n, 'keyword')}`}
          </Button>
        </>
      }
    >
      {n !== undefined && <p className="figures text-lg">{plural(n, 'keyword')}</p>}
      {failed && <ErrorNote className="mt-2" explained={failed} />}
    </Dialog>
  )
}

/** Changes many alike: what is left as it is stays. The number is told before anything is changed. */
export function EditKeywords({ used, onClose, onDone }: Props) {
  const [intent, setIntent] = useState('keep')
  const [disabled, setDisabled] = useState('keep')
  const [country, setCountry] = useState('')
  const [cluster, setCluster] = useState<string | null>(null)
  const [loose, setLoose] = useState(false)
  const [addTags, setAddTags] = useState('')
  const [removeTags, setRemoveTags] = useState('')
  const [dry, setDry] = useState<{ n: number; changed: number; for: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Explained | null>(null)
  const set: KeywordEdit = {
    ...(intent !== 'keep' && { intent }),
    ...(disabled !== 'keep' && { disabled: disabled === 'off' }),
    ...(country.trim() && { country: country.trim() }),
    ...(loose ? { cluster_id: '' } : cluster ? { cluster_id: cluster } : {}),
    ...(addTags.trim() && { add_tags: listOf(addTags) }),
    ...(removeTags.trim() && { remove_tags: listOf(removeTags) }),
  }
  const word = JSON.stringify(set)
  const counted = dry?.for === word ? dry : null
  const body = { ...selected(used), set }
  const go = async () => {
    setBusy(true)
    setFault(null)
    try {
      if (!counted) {
        const d = await bulkUpdateKeywords({ ...body, dry_run: true })
        setDry({ n: d.count, changed: d.changed, for: word })
      } else {
        const done = await bulkUpdateKeywords({ ...body, expected: counted.n }, newKey())
        doneWithUndo(used.site.id, `${plural(done.changed, 'keyword')} changed`, done.version, onDone)
        onDone()
        onClose()
      }
    } catch (thrown) {
      setDry(null)
      setFault(explain(thrown))
    } finally {
      setBusy(false)
    }
  }
  const none = Object.keys(set).length === 0
  return (
    <Dialog
      open
      size="md"
      onClose={onClose}
      title={`Edit ${plural(used.size, 'keyword')}`}
      lead="Only what you set here is changed. You see the number before, and can take it back after."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="solid" busy={busy} disabled={none || counted?.changed === 0} onClick={() => void go()}>
            {counted ? `Change ${plural(counted.changed, 'keyword')}` : 'See how many change'}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 pb-2 sm:grid-cols-2">
        <Select label="Intent" value={intent} choices={[{ value: 'keep', label: 'Leave' }, ...intents, { value: '', label: 'As the tools say' }]} onChange={(e) => setIntent(e.target.value)} />
        <Select label="Automation" value={disabled} choices={[{ value: 'keep', label: 'Leave' }, { value: 'on', label: 'Works on them' }, { value: 'off', label: 'Leaves them alone' }]} onChange={(e) => setDisabled(e.target.value)} />
        <Input label="Country" hint="A code of two letters, such as US" maxLength={2} placeholder="Leave" value={country} onChange={(e) => setCountry(e.target.value)} />
        <div>
          <ClusterPicker site={used.site.id} label="Move to the cluster" value={cluster ?? ''} onPick={(c) => setCluster(c?.id ?? null)} />
          <Checkbox className="mt-1.5" label="Take out of their clusters" checked={loose} onChange={(e) => setLoose(e.target.checked)} />
        </div>
        <Input label="Add tags" hint="With commas between" value={addTags} onChange={(e) => setAddTags(e.target.value)} />
        <Input label="Take tags away" hint="With commas between" value={removeTags} onChange={(e) => setRemoveTags(e.target.value)} />
      </div>
      <p aria-live="polite" className="figures min-h-5">
        {counted && (counted.changed === 0 ? `All ${count(counted.n)} are so already.` : counted.changed === counted.n ? `All ${count(counted.n)} would change.` : `${count(counted.changed)} of ${count(counted.n)} would change; the others are so already.`)}
      </p>
      {fault && <ErrorNote className="mt-1" explained={fault} />}
    </Dialog>
  )
}

/** Adds keywords by hand, one a line. */
export function AddKeyword({ site, onClose, onDone }: { site: string; onClose: () => void; onDone: () => void }) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [faults, setFaults] = useState<string[]>([])
  const lines = text.split('\n').map((l) => l.trim()).filter(Boolean)
  const go = async () => {
    setBusy(true)
    setFaults([])
    const left: string[] = []
    const why: string[] = []
    for (const keyword of lines) {
      try {
        await createKeyword({ site_id: site, keyword }, newKey())
      } catch (thrown) {
        left.push(keyword)
        const e = explain(thrown)
        why.push(`${keyword}: ${thrown instanceof Problem ? (thrown.field('keyword') ?? e.cause) : e.cause}`)
      }
    }
    setBusy(false)
    if (left.length < lines.length) {
      toast(`${plural(lines.length - left.length, 'keyword')} added`)
      onDone()
    }
    setText(left.join('\n'))
    setFaults(why)
    if (left.length === 0) onClose()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add keywords"
      lead="One a line. For more than twenty, import a list: that is one step."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="solid" busy={busy} disabled={lines.length === 0 || lines.length > 20} onClick={() => void go()}>
            {lines.length > 20 ? `${lines.length}: import them` : `Add ${plural(lines.length, 'keyword')}`}
          </Button>
        </>
      }
    >
      <Textarea label="Keywords" rows={6} autoFocus value={text} fault={faults.slice(0, 3).join(' · ') || undefined} onChange={(e) => setText(e.target.value)} />
    </Dialog>
  )
}
