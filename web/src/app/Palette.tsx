import { useQuery } from '@tanstack/react-query'
import { useId, useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { logout } from '@/api/auth/logout'
import { sitesQuery } from '@/api/auth/list-sites'
import { Icon, type IconName } from '@/components/ui/icon'
import { Dialog } from '@/components/ui/dialog'
import { cx } from '@/lib/cx'
import { rank } from '@/lib/rank'
import { activeShortcuts } from '@/lib/shortcuts'
import { useTheme } from '@/stores/theme'
import { nav } from './nav'

interface Command {
  label: string
  group: string
  icon: IconName
  keys?: string
  run: () => void
}

/** Everything that can be gone to or done, found by a few letters. */
export default function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const commands = useCommands(onKeys)
  const found = useMemo(() => rank(commands, text, (c) => `${c.label} ${c.group}`).slice(0, 30), [commands, text])
  const now = Math.min(at, found.length - 1)
  const go = (command: Command | undefined) => {
    if (!command) return
    onClose()
    command.run()
  }
  const onKey = (e: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step) {
      e.preventDefault()
      setAt((now + step + found.length) % Math.max(1, found.length))
    }
    if (e.key === 'Enter') {
      e.preventDefault()
      go(found[now])
    }
  }
  return (
    <Dialog open onClose={onClose} title="Search or do" size="md">
      <input
        autoFocus
        role="combobox"
        aria-label="Search or do"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[now] && `${id}-${now}`}
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
        placeholder="A page, a site, an action…"
        className="h-10 w-full rounded-md border border-edge bg-panel px-3"
      />
      <ul id={`${id}-list`} role="listbox" aria-label="Found" className="mt-2 max-h-[50vh] overflow-y-auto pb-2">
        {found.map((c, i) => (
          <li
            key={c.group + c.label}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === now}
            ref={(li) => {
              if (i === now) li?.scrollIntoView({ block: 'nearest' })
            }}
            onMouseMove={() => setAt(i)}
            onClick={() => go(c)}
            className={cx('flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-2', i === now && 'bg-hover')}
          >
            <Icon name={c.icon} className="size-4 text-faint" />
            <span className="min-w-0 flex-1 truncate">{c.label}</span>
            <span className="text-xs text-faint">{c.keys ?? c.group}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="pb-4 text-soft">Nothing is called that. Try a shorter word.</p>}
    </Dialog>
  )
}

function useCommands(onKeys: () => void): Command[] {
  const navigate = useNavigate()
  const { data: sites } = useQuery(sitesQuery)
  return useMemo(() => {
    const go = (to: string) => () => void navigate(to)
    return [
      ...nav.flatMap((g) => g.items.map((i): Command => ({ label: i.label, group: 'Go to', icon: i.icon, keys: `g ${i.key}`, run: go(i.to) }))),
      ...activeShortcuts().filter((s) => !s.hidden && s.group !== 'Go to' && s.group !== 'General').map((s): Command => ({ label: s.label, group: s.group ?? 'This page', icon: 'spark', keys: s.keys, run: () => s.run(new KeyboardEvent('keydown')) })),
      ...(sites ?? []).map((s): Command => ({ label: s.name, group: 'Site', icon: 'site', run: go(`/?site=${s.id}`) })),
      { label: 'Add a site', group: 'Do', icon: 'plus', run: go('/start') },
      { label: 'Profile and password', group: 'Go to', icon: 'user', run: go('/account/profile') },
      { label: 'Light look', group: 'Look', icon: 'sun', run: () => useTheme.getState().set('light') },
      { label: 'Dark look', group: 'Look', icon: 'moon', run: () => useTheme.getState().set('dark') },
      { label: 'Look as the system', group: 'Look', icon: 'settings', run: () => useTheme.getState().set('system') },
      { label: 'Keyboard', group: 'Help', icon: 'keyboard', keys: '?', run: onKeys },
      { label: 'Sign out', group: 'Do', icon: 'out', run: () => void logout() },
    ]
  }, [navigate, sites, onKeys])
}
