import { useState } from 'react'
import { newKey } from '@/api/client'
import { explain, Problem } from '@/api/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Input, Textarea } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { toast } from '@/stores/toasts'

export interface NewRecordProps {
  title: string
  lead: string
  /** The first must be given. */
  fields: readonly { name: string; label: string; rows?: number }[]
  create: (values: Record<string, string>, key: string) => Promise<unknown>
  onClose: () => void
  onDone: () => void
}

/** Makes a record by hand, which costs nothing. */
export function NewRecord({ title, lead, fields, create, onClose, onDone }: NewRecordProps) {
  const [values, setValues] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [thrown, setThrown] = useState<unknown>(null)
  const [key, setKey] = useState(newKey)
  const fault = (name: string) => (thrown instanceof Problem ? thrown.field(name) : undefined)
  const go = async () => {
    setBusy(true)
    setThrown(null)
    try {
      await create(Object.fromEntries(Object.entries(values).map(([n, v]) => [n, v.trim()] as const).filter(([, v]) => v)), key)
      toast('Added')
      onDone()
      onClose()
    } catch (e) {
      setThrown(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      lead={lead}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="solid" busy={busy} disabled={!values[fields[0]?.name ?? '']?.trim()} onClick={() => void go()}>
            Add
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {fields.map(({ name, label, rows }, i) => {
          const parts = {
            label,
            value: values[name] ?? '',
            fault: fault(name),
            autoFocus: i === 0,
            // Another text is another intention.
            onChange: (e: { target: { value: string } }) => {
              setValues({ ...values, [name]: e.target.value })
              setKey(newKey())
            },
          }
          return rows ? <Textarea key={name} rows={rows} {...parts} /> : <Input key={name} maxLength={200} {...parts} />
        })}
        {thrown !== null && !fields.some((f) => fault(f.name)) && <ErrorNote explained={explain(thrown)} />}
      </div>
    </Dialog>
  )
}
