import { type ReactNode } from 'react'
import { credits } from '@/lib/format'
import { Button } from './button'
import { Dialog } from './dialog'
import { ErrorNote } from './states'
import { useAttempt } from '@/lib/attempt'

/** What an action costs, told before it. All in thousandths of credits. */
export interface Cost {
  estimated: number
  balance: number
  sufficient: boolean
}

export interface ConfirmProps {
  open: boolean
  onClose: () => void
  title: string
  lead?: ReactNode
  children?: ReactNode
  action: string
  /** What not doing it is called. */
  back?: string
  danger?: boolean
  /** Shown when the action spends credits; undefined while it is being worked out. */
  cost?: Cost | undefined
  spends?: boolean
  /** Does it; the dialog closes when it is done and shows what went wrong otherwise. */
  onConfirm: () => Promise<unknown>
}

/** Asks before something that spends, deletes or ends; a refusal is told in the dialog, with credits and next step. */
export function Confirm({ open, onClose, title, lead, children, action, back = 'Not now', danger, cost, spends, onConfirm }: ConfirmProps) {
  const { busy, fault, attempt, clear } = useAttempt(spends)
  const close = () => {
    clear()
    onClose()
  }
  const go = () =>
    attempt(async () => {
      await onConfirm()
      close()
    })
  const waiting = Boolean(spends) && cost === undefined
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      lead={lead}
      footer={
        <>
          <Button onClick={close}>{back}</Button>
          <Button look={danger ? 'danger' : 'solid'} busy={busy || waiting} disabled={cost?.sufficient === false} onClick={() => void go()}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {spends && <CostLine cost={cost} />}
      {fault && <ErrorNote explained={fault} className="mt-3" />}
    </Dialog>
  )
}

/** Cost and balance side by side. */
export function CostLine({ cost }: { cost: Cost | undefined }) {
  if (!cost) return <p className="mt-2 text-soft">Working out the cost…</p>
  return (
    <div className="mt-2 rounded-md border border-line bg-sunken p-3">
      <dl className="figures grid grid-cols-2 gap-2">
        <div>
          <dt className="text-xs text-faint">Estimated cost</dt>
          <dd className="text-lg font-semibold">{credits(cost.estimated)} credits</dd>
        </div>
        <div>
          <dt className="text-xs text-faint">You have</dt>
          <dd className="text-lg font-semibold">{credits(cost.balance)} credits</dd>
        </div>
      </dl>
      {!cost.sufficient && <p className="mt-2 text-sm text-bad">Not enough credits. Add some, or choose less to be done.</p>}
    </div>
  )
}
