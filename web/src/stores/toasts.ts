import { create } from 'zustand'

export interface Toast {
  id: number
  tone: 'info' | 'good' | 'bad'
  text: string
  /** A second line: what happened to credits, the next step. */
  detail?: string
  action?: { label: string; run: () => void }
}

interface Toasts {
  list: Toast[]
  add: (toast: Omit<Toast, 'id'>) => number
  drop: (id: number) => void
}

let next = 1

export const useToasts = create<Toasts>((set) => ({
  list: [],
  add: (toast) => {
    const id = next++
    set((s) => ({ list: [...s.list.slice(-3), { ...toast, id }] }))
    return id
  },
  drop: (id) => set((s) => ({ list: s.list.filter((t) => t.id !== id) })),
}))

/** Tells a short piece of news; it goes by itself unless it is bad or has an action. */
export const toast = (text: string, more: Partial<Omit<Toast, 'id' | 'text'>> = {}) =>
  useToasts.getState().add({ tone: 'good', text, ...more })
