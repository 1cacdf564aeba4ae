import { useState } from 'react'
import { getDotPath, safeParse, type GenericSchema, type InferOutput } from 'valibot'
import { explain, Problem, type Explained } from '@/api/problem'

/**
 * The state of a form: values, faults by field, what went wrong as a whole. `submit` checks
 * by the schema, then sends (`clear` empties the form again); the program's faults by field go to their fields.
 */
export function useForm<V extends Record<string, unknown>, S extends GenericSchema<V>>(schema: S, initial: V, send: (values: InferOutput<S>, clear: () => void) => Promise<unknown>) {
  const [values, setValues] = useState<V>(initial)
  const [faults, setFaults] = useState<Partial<Record<keyof V, string>>>({})
  const [failure, setFailure] = useState<Explained | null>(null)
  const [busy, setBusy] = useState(false)
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
      await send(checked.output, () => setValues(initial))
    } catch (thrown) {
      const byField: Partial<Record<string, string>> = {}
      if (thrown instanceof Problem) for (const name of Object.keys(values)) byField[name] = thrown.field(name)
      setFaults(byField as Partial<Record<keyof V, string>>)
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
  return { values, set, faults, failure, busy, submit, text }
}

function focusFault() {
  setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0)
}
