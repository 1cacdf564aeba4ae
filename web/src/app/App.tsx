import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { Navigate, Route, Routes, useLocation, useSearchParams } from 'react-router'
import { signInOnce } from '@/api/auth/one-time'
import { forget, refresh, useSession, wasSignedIn } from '@/api/session'
import { Skeleton } from '@/components/ui/states'
import { queryClient } from './query'
import { Boundary } from './Boundary'

const SignInPage = lazy(() => import('@/features/auth/SignInPage'))
const SignUpPage = lazy(() => import('@/features/auth/SignUpPage'))
const loadFrame = () => import('./Frame')
const Frame = lazy(loadFrame)
// The frame comes while the session is asked for, not after.
if (wasSignedIn()) void loadFrame()

/** The app: pages of guests, and the frame with all others. */
export function App() {
  const status = useSession((s) => s.status)
  useEffect(() => {
    resuming ??= resume()
    // What one account saw must not be there for the next.
    return useSession.subscribe((now, before) => {
      if (now.status === 'signed-out' && before.status === 'signed-in') queryClient.clear()
    })
  }, [])
  if (status === 'unknown') return <Waiting />
  return (
    <Boundary>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/signin" element={<Guest><SignInPage /></Guest>} />
          <Route path="/signup" element={<Guest><SignUpPage /></Guest>} />
          <Route path="*" element={<Member><Frame /></Member>} />
        </Routes>
      </Suspense>
    </Boundary>
  )
}

let resuming: Promise<void> | undefined

/**
 * Takes the session up again after a load of the page; keeps trying while the program is not
 * there. A one-time link of `igny8 serve` goes before: its word leaves the address at once.
 */
async function resume() {
  const once = /^#once=(\w+)$/.exec(location.hash)?.[1]
  if (once) {
    history.replaceState(null, '', location.pathname + location.search)
    try {
      await signInOnce(once)
      return
    } catch {
      // Used already, perhaps by this very browser: the cookie knows.
    }
  }
  if (!wasSignedIn()) {
    forget()
    return
  }
  for (let wait = 500; useSession.getState().status === 'unknown'; wait = Math.min(wait * 2, 8000)) {
    try {
      await refresh()
    } catch {
      await new Promise((done) => setTimeout(done, wait))
    }
  }
}

function Member({ children }: { children: ReactNode }) {
  const status = useSession((s) => s.status)
  const { pathname, search } = useLocation()
  if (status === 'signed-in') return children
  const here = pathname + search
  return <Navigate replace to={here === '/' ? '/signin' : `/signin?next=${encodeURIComponent(here)}`} />
}

/** Where to go after signing in: an address of this app only. */
export const safeNext = (next: string | null) => (next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/')

function Guest({ children }: { children: ReactNode }) {
  const status = useSession((s) => s.status)
  const [params] = useSearchParams()
  return status === 'signed-in' ? <Navigate replace to={safeNext(params.get('next'))} /> : children
}

function Waiting() {
  return (
    <div role="status" className="mx-auto max-w-sm p-10">
      <span className="sr-only">Loading…</span>
      <Skeleton className="h-6 w-40" />
    </div>
  )
}
