import { useId, useState } from 'react'
import { Input, Select } from '@/components/ui/field'
import { ClusterPicker } from './ClusterPicker'
import type { FilterField } from './filters'

export interface FilterPanelProps<F extends string> {
  site: string
  fields: readonly FilterField<F>[]
  values: Record<F, string>
  onChange: (change: Partial<Record<F, string>>) => void
}

/** All filters of a list. A text or a figure counts when one leaves it or presses Enter. */
export function FilterPanel<F extends string>({ site, fields, values, onChange }: FilterPanelProps<F>) {
  const one = (name: F, value: string) => onChange({ [name]: value } as Partial<Record<F, string>>)
  return (
    <div role="group" aria-label="Filters" className="mb-3 grid grid-cols-1 gap-x-3 gap-y-2.5 rounded-lg border border-line bg-panel p-3 xs:grid-cols-2 sm:grid-cols-2 lg:grid-cols-4">
      {fields.map((f) => {
        switch (f.kind) {
          case 'choice':
            return <Select key={f.name} label={f.label} value={values[f.name]} choices={[{ value: '', label: 'Any' }, ...f.choices]} onChange={(e) => one(f.name, e.target.value)} />
          case 'cluster':
            return <ClusterPicker key={f.name} site={site} label={f.label} value={values[f.name]} onPick={(c) => one(f.name, c?.id ?? '')} />
          case 'text':
            return <Late key={f.name} label={f.label} value={values[f.name]} placeholder={f.placeholder} suggest={f.suggest} onChange={(v) => one(f.name, v)} />
          case 'range':
          case 'dates':
            return (
              <div key={f.min} className="grid grid-cols-2 items-end gap-2">
                <Late key={f.min} label={`${f.label} from`} type={f.kind === 'dates' ? 'date' : 'number'} most={f.kind === 'range' ? f.most : undefined} value={values[f.min]} onChange={(v) => one(f.min, v)} />
                <Late key={f.max} label="to" type={f.kind === 'dates' ? 'date' : 'number'} most={f.kind === 'range' ? f.most : undefined} value={values[f.max]} onChange={(v) => one(f.max, v)} />
              </div>
            )
        }
      })}
    </div>
  )
}

function Late({ label, value, type = 'text', placeholder = 'Any', most, suggest, onChange }: { label: string; value: string; type?: 'text' | 'number' | 'date'; placeholder?: string; most?: number | undefined; suggest?: readonly string[] | undefined; onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const [seen, setSeen] = useState(value)
  const id = useId()
  // Set from elsewhere: a view, the history, "take all away". The box stays, and with it the focus.
  if (value !== seen) {
    setSeen(value)
    setText(value)
  }
  const done = () => {
    const clean = text.trim()
    const n = Math.max(0, Math.min(Number(clean), most ?? Number.MAX_SAFE_INTEGER))
    const next = type === 'number' && clean !== '' ? (Number.isFinite(n) ? String(Math.round(n)) : '') : clean
    if (next !== value) onChange(next)
  }
  return (
    <>
      <Input
        label={label}
        type={type}
        inputMode={type === 'number' ? 'numeric' : undefined}
        min={type === 'number' ? 0 : undefined}
        placeholder={placeholder}
        list={suggest ? `${id}-list` : undefined}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onBlur={done}
        onKeyDown={(e) => e.key === 'Enter' && done()}
      />
      {suggest && (
        <datalist id={`${id}-list`}>
          {suggest.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </>
  )
}
