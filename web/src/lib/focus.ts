import { useEffect, useRef, type RefObject } from 'react'

/**
 * When what is shown changes and takes away the element that had the focus, `place` gets it: a
 * keyboard goes on from there, not from the top of the window. `place` needs a tabIndex of -1.
 */
export function useKeptFocus(place: RefObject<HTMLElement | null>, shown: string) {
  const before = useRef(shown)
  useEffect(() => {
    if (before.current === shown) return
    before.current = shown
    if (document.activeElement === null || document.activeElement === document.body) place.current?.focus({ preventScroll: true })
  }, [place, shown])
}
