/** Keys that do something anywhere on a page. A list of what is there at the moment is behind `?`. */
import { useEffect, useRef } from 'react'

export interface Shortcut {
  /** One key (`j`, `?`, `Escape`), a pair (`g k`), or with the command key (`mod+k`). */
  keys: string
  label: string
  group?: string
  run: (event: KeyboardEvent) => void
  /** Not told in the list of keys. */
  hidden?: boolean
}

const active = new Set<{ current: readonly Shortcut[] }>()

/** All shortcuts of the moment; those of the page come last and win. */
export const activeShortcuts = (): Shortcut[] => [...active].flatMap((ref) => [...ref.current])

/** Makes shortcuts work while the component is on the page. */
export function useShortcuts(shortcuts: readonly Shortcut[]) {
  const ref = useRef(shortcuts)
  useEffect(() => {
    ref.current = shortcuts
  })
  useEffect(() => {
    active.add(ref)
    return () => void active.delete(ref)
  }, [])
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)))

/** Which keys an event is, in the words of `Shortcut.keys`. */
export function keysOf(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey
  const key = event.key.length === 1 && mod ? event.key.toLowerCase() : event.key
  return mod ? `mod+${key}` : key
}

/** Finds what keys mean after a first key that may be half of a pair. */
export function matchShortcut(list: readonly Shortcut[], first: string, keys: string): Shortcut | undefined {
  const find = (wanted: string) => list.findLast((s) => s.keys === wanted)
  return (first && find(`${first} ${keys}`)) || find(keys)
}

/** Listens on the document; the frame does this once. */
export function listenToKeys(): () => void {
  let first = ''
  let at = 0
  const onKey = (event: KeyboardEvent) => {
    const keys = keysOf(event)
    if (event.defaultPrevented || event.altKey || (typing(event.target) && !keys.startsWith('mod+'))) return
    const modal = document.querySelector('dialog[open]') !== null
    const menu = document.querySelector('[role="menu"]') !== null
    if ((modal || menu) && !keys.startsWith('mod+')) return
    const list = activeShortcuts()
    const found = matchShortcut(list, Date.now() - at < 1200 ? first : '', keys)
    first = found ? '' : keys
    at = Date.now()
    if (!found) return
    event.preventDefault()
    found.run(event)
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

/** Puts the cursor into the page's search box. */
export function focusSearch() {
  document.querySelector<HTMLInputElement>('input[data-search]')?.select()
}
