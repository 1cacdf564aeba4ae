import { use, useMemo, useState, type ReactNode } from 'react'
import { parsePath, UNSAFE_NavigationContext as NavigationContext, useLocation, type Navigator, type To } from 'react-router'
import { Confirm } from '@/components/ui/confirm'
import { letGo, wouldLose } from '@/lib/unsaved'

/** Asks before a page is left on which something is typed and not saved. (The router's own way to ask is 18 KB more.) */
export function Leave({ children }: { children: ReactNode }) {
  const outer = use(NavigationContext)
  const { pathname, search } = useLocation()
  const [going, setGoing] = useState<{ go: () => void } | null>(null)
  const inner = useMemo(() => {
    const asked = (way: Navigator['push']): Navigator['push'] => (to: To, state, options) => {
      const path = typeof to === 'string' ? parsePath(to) : to
      if (wouldLose({ pathname, search }, { pathname: path.pathname ?? pathname, search: path.search ?? '' })) setGoing({ go: () => way(to, state, options) })
      else way(to, state, options)
    }
    const navigator = outer.navigator
    return { ...outer, navigator: { createHref: navigator.createHref.bind(navigator), go: navigator.go.bind(navigator), push: asked(navigator.push.bind(navigator)), replace: asked(navigator.replace.bind(navigator)) } }
  }, [outer, pathname, search])
  return (
    <NavigationContext value={inner}>
      {children}
      {going && (
        <Confirm
          open
          onClose={() => setGoing(null)}
          title="Leave without saving?"
          lead="What you typed here is not saved yet."
          action="Leave"
          back="Keep editing"
          danger
          onConfirm={() => {
            letGo()
            going.go()
            return Promise.resolve()
          }}
        />
      )}
    </NavigationContext>
  )
}
