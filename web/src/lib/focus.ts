/** What may take the focus when the element that had it goes away: the nearest of these around it. */
const places = 'dialog, form, section, [role="region"], [role="tabpanel"], [tabindex="-1"], main'

const canHaveIt = (e: Element) => e.isConnected && !e.matches(':disabled') && e.checkVisibility()
const seen = (e: Element) => e.getBoundingClientRect().height > 0

/**
 * Keeps the focus from being lost: when what had it is taken away or can't have it any more (a button that is done, a
 * step that is over), the place around it gets it, so that a keyboard goes on from there and not from the top of the
 * window. Gives the way to stop.
 */
export function keepFocus(): () => void {
  let had: Element | null = null
  let around: Element[] = []
  let waiting = 0
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return
    had = target
    around = []
    for (let e = target.parentElement?.closest(places); e; e = e.parentElement?.closest(places)) around.push(e)
  }
  const give = () => {
    waiting = 0
    // Left on purpose, as by a click beside everything, it is nobody's.
    if (!had || canHaveIt(had) || document.activeElement !== document.body) return
    for (const place of [...around, ...document.querySelectorAll('dialog[open], main')]) {
      if (!canHaveIt(place) || !seen(place)) continue
      if (!place.hasAttribute('tabindex')) place.setAttribute('tabindex', '-1')
      if (place instanceof HTMLElement) place.focus({ preventScroll: true })
      if (document.activeElement !== document.body) return
    }
  }
  // The browser takes the focus from what is disabled when it draws, so this looks after that.
  const later = () => {
    if (had && !waiting && !canHaveIt(had)) waiting = requestAnimationFrame(() => (waiting = requestAnimationFrame(give)))
  }
  const changes = new MutationObserver(later)
  document.addEventListener('focusin', remember)
  changes.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled', 'hidden'] })
  return () => {
    document.removeEventListener('focusin', remember)
    changes.disconnect()
    cancelAnimationFrame(waiting)
  }
}
