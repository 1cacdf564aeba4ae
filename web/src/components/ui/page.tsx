import { useEffect, type ReactNode } from 'react'
import { useSiteName } from '@/app/site'
import { cx } from '@/lib/cx'

/** The head of a page: its one h1, a sentence, its actions. Sets the title of the window, with the site: one may have several open. */
export function PageHead({ title, lead, actions, children }: { title: string; lead?: ReactNode; actions?: ReactNode; children?: ReactNode }) {
  const site = useSiteName()
  useEffect(() => {
    document.title = [title, ...(site && !title.includes(site) ? [site] : []), 'IGNY8'].join(' · ')
  }, [title, site])
  return (
    <div className="mb-4">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <h1 className="text-xl">{title}</h1>
          {lead && <div className="mt-0.5 max-w-2xl text-soft">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

/** A page that scrolls, with room around it. Tables use `Bleed` instead. */
export function Page({ children, narrow }: { children: ReactNode; narrow?: boolean }) {
  return <div className={cx('mx-auto w-full px-4 py-5 sm:px-6', narrow ? 'max-w-3xl' : 'max-w-6xl')}>{children}</div>
}

/** A page as high as the window, whose table scrolls in itself. */
export function Bleed({ children }: { children: ReactNode }) {
  return <div className="flex h-full min-h-0 flex-col px-4 pt-4 sm:px-6">{children}</div>
}

/** A key of the keyboard. */
export const Kbd = ({ children }: { children: ReactNode }) => <kbd className="rounded-sm border border-line bg-sunken px-1 font-mono text-2xs leading-4 text-soft">{children}</kbd>
