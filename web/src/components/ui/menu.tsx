import { cloneElement, lazy, Suspense, useState, type HTMLAttributes, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'

const load = () => import('./menuParts')

// Most pages are left without a menu having been opened, so its code comes when somebody reaches for one.
const OpenMenu = lazy(() => load().then((m) => ({ default: m.OpenMenu })))
export const MenuItem = lazy(() => load().then((m) => ({ default: m.MenuItem })))
export const MenuCheck = lazy(() => load().then((m) => ({ default: m.MenuCheck })))
export const MenuChoice = lazy(() => load().then((m) => ({ default: m.MenuChoice })))
export const MenuLabel = lazy(() => load().then((m) => ({ default: m.MenuLabel })))
export const MenuLine = lazy(() => load().then((m) => ({ default: m.MenuLine })))

export interface MenuProps {
  /** A button, which opens the menu. */
  trigger: ReactElement<HTMLAttributes<HTMLButtonElement>>
  children: ReactNode
  align?: 'start' | 'end'
  label?: string
}

/** A menu below a button. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false)
  const prepare = () => void load()
  const closed = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: prepare,
    onFocus: prepare,
    onClick: () => setWanted(true),
    onKeyDown: (e: KeyboardEvent) => {
      if (e.key !== 'ArrowDown') return
      e.preventDefault()
      setWanted(true)
    },
  })
  if (!wanted) return closed
  return (
    <Suspense fallback={closed}>
      <OpenMenu {...props} />
    </Suspense>
  )
}
