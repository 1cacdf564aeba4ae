import { useState } from 'react'
import { getDotPath, safeParse, type GenericSchema, type InferOutput } from 'valibot'
import { explain, Problem, type Explained } from '@/api/problem'
import { changesOf, meanwhileOf } from './draft'
import { useUnsaved } from './unsaved'

/** The version of the record that a form shows, as it was read last, and how to read it again. */
export interface Read {
  version: number
  again: () => unknown
}

/**
 * The state of a form: values, faults by field, what went wrong as a whole. `submit` checks
 * by the schema, then sends (`clear` empties the form again); the program's faults by field go to their fields.
 *
 * A form of a record that others may change as well names what was `read`: `shown` are its
 * values, and the version that they are from goes along with the change. While nothing is
 * typed a newer reading is shown at once; once something is, `overtaken` tells what others
 * changed since of what stands here.
 */
export function useForm<V extends Record<string, unknown>, S extends GenericSchema<V>>(
  schema: S,
  shown: V,
  send: (values: InferOutput<S>, clear: () => void, version: number | undefined) => Promise<unknown>,
  read?: Read,
) {
  const [values, setValues] = useState<V>(shown)
  const [begun, setBegun] = useState({ version: read?.version, values: shown })
  const [faults, setFaults] = useState<Partial<Record<keyof V, string>>>({})
  const [failure, setFailure] = useState<Explained | null>(null)
  const [busy, setBusy] = useState(false)
  const mine = changesOf(begun.values, values)
  const newer = read !== undefined && read.version !== begun.version
  const lines = newer && !busy ? meanwhileOf(begun.values, shown) : []
  const untouched = Object.keys(mine).length === 0
  // A form of a record asks who leaves it; one of something new is short.
  useUnsaved(read !== undefined && !untouched && !busy)
  const rebase = () => {
    setBegun({ version: read?.version, values: shown })
    setValues({ ...shown, ...mine })
    setFailure(null)
  }
  // What others changed beside what stands here keeps nobody from going on.
  if (newer && !busy && (untouched || lines.length === 0)) rebase()
  const set = <K extends keyof V>(name: K, value: V[K]) => {
    setValues((v) => ({ ...v, [name]: value }))
    setFaults((f) => ({ ...f, [name]: undefined }))
  }
  const submit = async (event?: { preventDefault: () => void }) => {
    event?.preventDefault()
    if (busy) return
    setFailure(null)
    const checked = safeParse(schema, values)
    if (!checked.success) {
      const found: Partial<Record<string, string>> = {}
      for (const issue of checked.issues) found[getDotPath(issue) ?? ''] ??= issue.message
      setFaults(found as Partial<Record<keyof V, string>>)
      focusFault()
      return
    }
    setBusy(true)
    try {
      await send(checked.output, () => setValues(shown), begun.version)
      setBegun((b) => ({ ...b, values }))
    } catch (thrown) {
      const byField: Partial<Record<string, string>> = {}
      if (thrown instanceof Problem) for (const name of Object.keys(values)) byField[name] = thrown.field(name)
      setFaults(byField as Partial<Record<keyof V, string>>)
      // Read at once, to tell what was changed; what was typed stays.
      if (read && thrown instanceof Problem && thrown.status === 412) await read.again()
      // A fault that stands at its field need not be told twice.
      if (Object.values(byField).some(Boolean)) focusFault()
      else setFailure(explain(thrown))
    } finally {
      setBusy(false)
    }
  }
  /** What a text field needs. */
  const text = <K extends keyof V & string>(name: K) => ({
    name,
    value: values[name] as string,
    fault: faults[name],
    onChange: (e: { target: { value: string } }) => set(name, e.target.value as V[K]),
  })
  const overtaken = lines.length > 0 && !untouched ? { lines, mine: Object.keys(mine), onTake: rebase } : null
  return { values, set, faults, failure: overtaken ? null : failure, busy, submit, text, overtaken }
}

function focusFault() {
  setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0)
}
