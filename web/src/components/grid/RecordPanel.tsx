import { useState, type ReactNode } from 'react'
import { explain, Problem } from '@/api/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox, Input, Select, Textarea, type Choice } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { useDraft } from '@/lib/draft'
import { useClose, useUnsaved } from '@/lib/unsaved'
import { listOf } from '@/lib/list'
import { toast } from '@/stores/toasts'

export type RecordField =
  | { kind: 'text'; name: string; label: string; hint?: string; most?: number; rows?: number }
  | { kind: 'number'; name: string; label: string; min?: number; max?: number }
  | { kind: 'choice'; name: string; label: string; choices: readonly Choice[] }
  | { kind: 'check'; name: string; label: string; hint?: string }
  | { kind: 'words'; name: string; label: string; hint?: string }

export type Values = Record<string, string | number | boolean | string[]>

export interface RecordPanelProps<T> {
  title: string
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  fields: readonly RecordField[]
  values: (record: T) => Values
  /** Why it can't be changed now. */
  fixed?: (record: T) => string | undefined
  save: (record: T, change: Values) => Promise<T>
  onSaved: (record: T) => void
  onClose: () => void
  above?: (record: T) => ReactNode
  below?: (record: T) => ReactNode
  actions?: (record: T) => ReactNode
}

/** The details of a record from the side, with what can be changed of it. */
export function RecordPanel<T extends { id: string; version: number }>(props: RecordPanelProps<T>) {
  return (
    <Dialog open side onClose={props.onClose} title={props.title}>
      <Loaded query={props.query}>{(record) => <Form record={record} {...props} />}</Loaded>
    </Dialog>
  )
}

function Form<T extends { id: string; version: number }>({ record, query, fields, values, fixed, save, onSaved, onClose, above, below, actions }: RecordPanelProps<T> & { record: T }) {
  const draft = useDraft(record, values)
  const close = useClose(onClose)
  useUnsaved(draft.dirty)
  const { now, change, base } = draft
  const [busy, setBusy] = useState(false)
  const [thrown, setThrown] = useState<unknown>(null)
  const set = (name: string, value: string | number | boolean | string[]) => draft.set({ [name]: value })
  const why = fixed?.(record)
  const go = async () => {
    setBusy(true)
    setThrown(null)
    try {
      onSaved(await save(base, change as Values))
      toast('Saved')
      await query.refetch()
      draft.clear()
    } catch (e) {
      setThrown(e)
      // Read at once, to tell what was changed; what was typed stays.
      if (e instanceof Problem && e.status === 412) await query.refetch()
    } finally {
      setBusy(false)
    }
  }
  const fault = (name: string) => (thrown instanceof Problem ? thrown.field(name) : undefined)
  const stale = thrown instanceof Problem && thrown.status === 412
  return (
    <form
      className="flex min-h-full flex-col gap-4 pb-4"
      onSubmit={(e) => {
        e.preventDefault()
        void go()
      }}
    >
      {above?.(record)}
      {why && <p className="rounded-md bg-sunken px-3 py-2 text-soft">{why}</p>}
      <fieldset disabled={why !== undefined} className="grid grid-cols-2 gap-3">
        {fields.map((f) => {
          const value = now[f.name]
          switch (f.kind) {
            case 'text':
              return f.rows ? (
                <Textarea key={f.name} className="col-span-2" label={f.label} hint={f.hint} rows={f.rows} maxLength={f.most} value={value as string} fault={fault(f.name)} onChange={(e) => set(f.name, e.target.value)} />
              ) : (
                <Input key={f.name} className="col-span-2" label={f.label} hint={f.hint} maxLength={f.most} value={value as string} fault={fault(f.name)} onChange={(e) => set(f.name, e.target.value)} />
              )
            case 'number':
              return <Input key={f.name} label={f.label} type="number" min={f.min} max={f.max} value={String(value)} fault={fault(f.name)} onChange={(e) => set(f.name, Number(e.target.value))} />
            case 'choice':
              return <Select key={f.name} label={f.label} choices={f.choices} value={value as string} fault={fault(f.name)} onChange={(e) => set(f.name, e.target.value)} />
            case 'check':
              return <Checkbox key={f.name} className="col-span-2" label={f.label} hint={f.hint} checked={value as boolean} onChange={(e) => set(f.name, e.target.checked)} />
            case 'words':
              return <Words key={f.name} label={f.label} hint={f.hint} value={value as string[]} fault={fault(f.name)} onChange={(v) => set(f.name, v)} />
          }
        })}
      </fieldset>
      {below?.(record)}
      {thrown !== null && !(stale && draft.overtaken) && !fields.some((f) => fault(f.name)) && <ErrorNote explained={explain(thrown)} onRetry={stale ? () => void query.refetch() : undefined} />}
      {draft.overtaken && <Overtaken lines={draft.overtaken} mine={Object.keys(change)} label={(name) => fields.find((f) => f.name === name)?.label ?? name} onTake={() => { draft.rebase(); setThrown(null) }} />}
      <div className="mt-auto flex flex-wrap gap-2 border-t border-line pt-3">
        {actions?.(record)}
        <span className="flex-1" />
        <Button onClick={close}>Close</Button>
        {why === undefined && fields.length > 0 && (
          <Button type="submit" look="solid" busy={busy} disabled={!draft.dirty || draft.overtaken !== null}>
            Save
          </Button>
        )}
      </div>
    </form>
  )
}

/** A list of words, as a text with commas. */
function Words({ label, hint = 'With commas between', value, fault, onChange }: { label: string; hint?: string | undefined; value: string[]; fault: string | undefined; onChange: (v: string[]) => void }) {
  const [text, setText] = useState(value.join(', '))
  return (
    <Input
      className="col-span-2"
      label={label}
      hint={hint}
      fault={fault}
      value={text}
      onChange={(e) => {
        setText(e.target.value)
        onChange(listOf(e.target.value))
      }}
    />
  )
}

/** Something read-only of a record. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}
