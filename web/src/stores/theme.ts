import { create } from 'zustand'

export type Theme = 'system' | 'light' | 'dark'

const key = 'igny8.theme'
const stored = () => {
  try {
    const t = localStorage.getItem(key)
    return t === 'light' || t === 'dark' ? t : 'system'
  } catch {
    return 'system'
  }
}

/** Light, dark, or as the system says; index.html applies it before the first paint. */
export const useTheme = create<{ theme: Theme; set: (theme: Theme) => void }>((set) => ({
  theme: stored(),
  set: (theme) => {
    if (theme === 'system') {
      localStorage.removeItem(key)
      delete document.documentElement.dataset.theme
    } else {
      localStorage.setItem(key, theme)
      document.documentElement.dataset.theme = theme
    }
    set({ theme })
  },
}))
