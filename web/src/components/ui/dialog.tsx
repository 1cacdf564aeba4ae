import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { cx } from '@/lib/cx'
import { AroundContext } from '@/lib/unsaved'
import { Button } from './button'
import { Icon } from './icon'

export interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  /** One sentence below the title. */
  lead?: ReactNode
  children?: ReactNode
  /** The row of buttons at the end. */
  footer?: ReactNode
  size?: 'sm' | 'md' | 'lg'
  /** From the side, for the details of a record. */
  side?: boolean
}

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-4xl' }

/**
 * A modal dialog: the browser's own, which keeps the focus, hides what is behind from screen
 * readers, closes on Escape and needs no style that the content policy would have to let in.
 * While a form in it holds something unsaved it asks before it closes.
 */
export function Dialog({ open, onClose, title, lead, children, footer, size = 'sm', side }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const [held] = useState(() => new Set<object>())
  const [asking, setAsking] = useState(false)
  if (asking && !open) setAsking(false)
  const typing = useRef<Element | null>(null)
  const ask = () => {
    typing.current = document.activeElement
    setAsking(true)
  }
  const stay = () => {
    setAsking(false)
    if (typing.current instanceof HTMLElement) typing.current.focus()
  }
  const close = () => {
    if (held.size > 0) ask()
    else onClose()
  }
  const latest = useRef(close)
  useEffect(() => {
    latest.current = close
  })
  const around = useMemo(() => ({ held, close: () => latest.current() }), [held])
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) {
      dialog.showModal()
      // The browser takes the first element, which closes the dialog; what is asked for comes first.
      if (!side) dialog.querySelector<HTMLElement>('input:enabled, textarea:enabled, select:enabled')?.focus()
    }
    if (!open && dialog.open) dialog.close()
  }, [open, side])
  // One that is taken away while it is open closes first: that is how the browser gives the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={lead ? `${id}-lead` : undefined}
      onCancel={(e) => {
        e.preventDefault()
        close()
      }}
      // The browser closes at a second Escape whatever a page says; so it never gets to see it.
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || e.defaultPrevented || held.size === 0 || (e.target as Element).closest('dialog') !== ref.current) return
        e.preventDefault()
        if (asking) stay()
        else ask()
      }}
      onClose={() => open && onClose()}
      onMouseDown={(e) => e.target === ref.current && close()}
      className={cx(
        'fixed border border-line bg-raised p-0 shadow-pop open:flex open:flex-col',
        side
          ? 'm-0 ml-auto h-dvh max-h-none w-full max-w-full sm:max-w-lg'
          : cx('rise m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] max-w-full rounded-lg', widths[size]),
      )}
    >
      {open && (
        <AroundContext value={around}>
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <h2 id={`${id}-title`} className="text-lg">
                {title}
              </h2>
              {lead && (
                <p id={`${id}-lead`} className="mt-0.5 text-soft">
                  {lead}
                </p>
              )}
            </div>
            <Button look="quiet" size="icon" aria-label="Close" onClick={close} className="-mt-1 -mr-2">
              <Icon name="close" />
            </Button>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
          {asking && (
            <div role="alertdialog" aria-label="Close without saving?" className="flex flex-wrap items-center gap-2 border-t border-warn/40 bg-warn-wash px-5 py-3">
              <p className="flex-1 basis-40">What you typed is not saved yet.</p>
              <Button autoFocus onClick={stay}>
                Keep editing
              </Button>
              <Button look="danger" onClick={onClose}>
                Close without saving
              </Button>
            </div>
          )}
        </AroundContext>
      )}
    </dialog>
  )
}
