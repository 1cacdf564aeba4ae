import { useSyncExternalStore } from 'react'

// As the styles' `md`.
const wide = matchMedia('(min-width: 48rem)')

function listen(changed: () => void) {
  wide.addEventListener('change', changed)
  return () => wide.removeEventListener('change', changed)
}

/** Whether the window has room for the side bar beside the page. */
export const useWide = () => useSyncExternalStore(listen, () => wide.matches)
