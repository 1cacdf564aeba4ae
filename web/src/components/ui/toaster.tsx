import { useEffect } from 'react'
import { cx } from '@/lib/cx'
import { useToasts, type Toast } from '@/stores/toasts'
import { Button } from './button'
import { Icon } from './icon'

/** Where toasts are shown and read out. */
export function Toaster() {
  const list = useToasts((s) => s.list)
  return (
    <div role="region" aria-label="News" aria-live="polite" className="pointer-events-none fixed inset-x-3 bottom-3 z-50 flex flex-col items-end gap-2 sm:left-auto sm:w-96">
      {list.map((t) => (
        <One key={t.id} toast={t} />
      ))}
    </div>
  )
}

function One({ toast }: { toast: Toast }) {
  const drop = useToasts((s) => s.drop)
  useEffect(() => {
    if (toast.tone === 'bad') return
    const timer = setTimeout(() => drop(toast.id), toast.action ? 12_000 : 5000)
    return () => clearTimeout(timer)
  }, [toast, drop])
  return (
    <div className="rise pointer-events-auto flex w-full items-start gap-2.5 rounded-md border border-line bg-raised p-3 shadow-pop">
      <Icon name={toast.tone === 'bad' ? 'warn' : toast.tone === 'good' ? 'check' : 'info'} className={cx('mt-0.5 size-4', toast.tone === 'bad' ? 'text-bad' : toast.tone === 'good' ? 'text-good' : 'text-info')} />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{toast.text}</p>
        {toast.detail && <p className="text-sm text-soft">{toast.detail}</p>}
      </div>
      {toast.action && (
        <Button
          size="sm"
          onClick={() => {
            toast.action?.run()
            drop(toast.id)
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <Button look="quiet" size="icon" aria-label="Dismiss" className="-m-1.5" onClick={() => drop(toast.id)}>
        <Icon name="close" />
      </Button>
    </div>
  )
}
