import { create } from 'zustand'

const key = 'igny8.site'
const stored = () => {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

/** The site that was looked at last; the address's `site` goes before it (see useSite). */
export const useLastSite = create<{ id: string; set: (id: string) => void }>((set) => ({
  id: stored(),
  set: (id) => {
    localStorage.setItem(key, id)
    set({ id })
  },
}))
