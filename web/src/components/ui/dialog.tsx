import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { cx } from '@/lib/cx'
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
 */
export function Dialog({ open, onClose, title, lead, children, footer, size = 'sm', side }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
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
        onClose()
      }}
      onClose={() => open && onClose()}
      onMouseDown={(e) => e.target === ref.current && onClose()}
      className={cx(
        'fixed border border-line bg-raised p-0 shadow-pop open:flex open:flex-col',
        side
          ? 'm-0 ml-auto h-dvh max-h-none w-full max-w-full sm:max-w-lg'
          : cx('rise m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] max-w-full rounded-lg', widths[size]),
      )}
    >
      {open && (
        <>
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
            <Button look="quiet" size="icon" aria-label="Close" onClick={onClose} className="-mt-1 -mr-2">
              <Icon name="close" />
            </Button>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </>
      )}
    </dialog>
  )
}
