import { useEffect, type ReactNode } from 'react'
import { Icon } from '@/components/ui/icon'

/** The frame of pages for guests. */
export function Shell({ title, lead, children, below }: { title: string; lead: ReactNode; children: ReactNode; below: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · IGNY8`
  }, [title])
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-8">
      <div className="w-full max-w-sm">
        <p className="mb-8 flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <span aria-hidden className="grid size-8 place-items-center rounded-lg bg-[#1c1917] text-[#ff8a4c]">
            <Icon name="spark" className="size-5" />
          </span>
          IGNY8
        </p>
        <h1 className="text-2xl">{title}</h1>
        <p className="mt-1 mb-6 text-soft">{lead}</p>
        {children}
        <p className="mt-6 text-sm text-soft">{below}</p>
      </div>
    </main>
  )
}
