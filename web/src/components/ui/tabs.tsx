import * as Radix from '@radix-ui/react-tabs'
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { cx } from '@/lib/cx'

const bar = 'flex gap-1 overflow-x-auto border-b border-line'
const tab = 'relative -mb-px border-b-2 border-transparent px-2.5 py-2 text-base font-medium whitespace-nowrap text-soft hover:text-ink outline-offset-[-2px]'
const on = 'border-ember text-ink'

export interface Tab {
  value: string
  label: ReactNode
  content: ReactNode
}

/** Parts of a page of which one is seen; `value` usually comes from the address. */
export function Tabs({ label, value, onChange, tabs }: { label: string; value: string; onChange: (value: string) => void; tabs: readonly Tab[] }) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.List aria-label={label} className={bar}>
        {tabs.map((t) => (
          <Radix.Trigger key={t.value} value={t.value} className={cx(tab, 'data-[state=active]:border-ember data-[state=active]:text-ink')}>
            {t.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((t) => (
        <Radix.Content key={t.value} value={t.value} className="pt-4">
          {t.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}

/** Pages that belong together, as a row of links. */
export function TabLinks({ label, links }: { label: string; links: readonly { to: string; label: ReactNode; end?: boolean }[] }) {
  return (
    <nav aria-label={label} className={bar}>
      {links.map((l) => (
        <NavLink key={l.to} to={l.to} end={l.end} className={({ isActive }) => cx(tab, isActive && on)}>
          {l.label}
        </NavLink>
      ))}
    </nav>
  )
}
