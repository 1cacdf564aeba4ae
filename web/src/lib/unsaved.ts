import { createContext, use, useEffect } from 'react'

/** The dialog that a form stands in: the forms in it that hold something unsaved, and how it is asked to close. */
export interface Around {
  held: Set<object>
  close: () => void
}
export const AroundContext = createContext<Around | null>(null)

/** Every form that holds something unsaved, and whether it stands in a dialog. */
const forms = new Map<object, boolean>()

/** Whether going from one address to another would lose what was typed. A dialog asks by itself when it is closed. */
export function wouldLose(from: { pathname: string; search: string }, to: { pathname: string; search: string }) {
  const leaves = from.pathname !== to.pathname
  return [...forms.values()].some((inDialog) => leaves || (!inDialog && from.search !== to.search))
}

/** Forgets what is unsaved: somebody said that it may go. */
export const letGo = () => forms.clear()

const stay = (event: Event) => event.preventDefault()

/** Holds a person back from leaving while something that was typed is not saved. */
export function useUnsaved(unsaved: boolean) {
  const around = use(AroundContext)
  const held = around?.held
  useEffect(() => {
    if (!unsaved) return
    const form = {}
    forms.set(form, held !== undefined)
    held?.add(form)
    addEventListener('beforeunload', stay)
    return () => {
      forms.delete(form)
      held?.delete(form)
      if (forms.size === 0) removeEventListener('beforeunload', stay)
    }
  }, [unsaved, held])
}

/** The same inside a dialog, for a form whose state lives around the dialog. */
export function Unsaved({ when }: { when: boolean }) {
  useUnsaved(when)
  return null
}

/** Closes the dialog around as Escape does: asks first when something is unsaved. */
export function useClose(otherwise: () => void) {
  return use(AroundContext)?.close ?? otherwise
}
