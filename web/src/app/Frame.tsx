import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Link, matchPath, Navigate, NavLink, Route, Routes, useLocation, useNavigate, useSearchParams } from 'react-router'
import { sitesQuery } from '@/api/auth/list-sites'
import type { Site } from '@/api/types'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Kbd, Page } from '@/components/ui/page'
import { EmptyState, Loaded, SkeletonRows } from '@/components/ui/states'
import { Toaster } from '@/components/ui/toaster'
import { cx } from '@/lib/cx'
import { keepFocus } from '@/lib/focus'
import { useWide } from '@/lib/wide'
import { focusSearch, listenToKeys, useShortcuts } from '@/lib/shortcuts'
import { useLastSite } from '@/stores/site'
import { AccountMenu } from './AccountMenu'
import { Boundary } from './Boundary'
import { chooseSite } from './choose'
import { CreditsLine } from './CreditsLine'
import { Leave } from './Leave'
import { useLive } from './live'
import { nav } from './nav'
import { routes, type AppRoute } from './routes'
import { SiteProvider } from './site'
import { SiteSwitcher } from './SiteSwitcher'

const Palette = lazy(() => import('./Palette'))
const KeysDialog = lazy(() => import('./KeysDialog'))

const pages = routes.map((route) => ({ ...route, Component: lazy(route.load) }))
// The page's code comes while the account's sites are asked for, not after.
void routes.find((route) => matchPath(route.path, location.pathname))?.load()

/** All that members see; who leaves a page with something unsaved is asked. */
export default function Frame() {
  return (
    <Leave>
      <Shown />
    </Leave>
  )
}

/** Side bar, top bar and the page between them. */
function Shown() {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  // What is open belongs to the page it was opened on: going elsewhere closes it.
  const [opened, setOpened] = useState<{ what: 'palette' | 'keys' | 'nav'; on: string } | null>(null)
  const open = opened?.on === pathname ? opened.what : null
  const setOpen = (what: 'palette' | 'keys' | 'nav' | null) => setOpened(what && { what, on: pathname })
  const main = useRef<HTMLElement>(null)
  useLive()
  useEffect(listenToKeys, [])
  useEffect(keepFocus, [])
  useEffect(() => {
    // In braces: newer browsers give a promise, which React would take for a clean-up.
    main.current?.scrollTo(0, 0)
  }, [pathname])
  useShortcuts([
    ...nav.flatMap((group) => group.items.map((item) => ({ keys: `g ${item.key}`, label: item.label, group: 'Go to', run: () => void navigate(item.to) }))),
    { keys: 'mod+k', label: 'Command palette', group: 'General', run: () => setOpen(open === 'palette' ? null : 'palette') },
    { keys: '/', label: 'Search the list', group: 'General', run: focusSearch },
    { keys: '?', label: 'These keys', group: 'General', run: () => setOpen('keys') },
  ])
  return (
    <div className="flex h-dvh">
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-solid focus:px-3 focus:py-2 focus:text-on-solid">
        Skip to the page
      </a>
      <Sidebar open={open === 'nav'} onClose={() => setOpen(null)} onPalette={() => setOpen('palette')} onKeys={() => setOpen('keys')} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 items-center gap-2 border-b border-line bg-panel px-3 md:hidden">
          <Button look="quiet" size="icon" aria-label="Menu" aria-expanded={open === 'nav'} onClick={() => setOpen('nav')}>
            <Icon name="menu" />
          </Button>
          <div className="min-w-0 flex-1">
            <SiteSwitcher />
          </div>
          <Button look="quiet" size="icon" aria-label="Search everything" onClick={() => setOpen('palette')}>
            <Icon name="search" />
          </Button>
        </header>
        <main id="main" ref={main} tabIndex={-1} className="relative min-h-0 flex-1 overflow-y-auto outline-none">
          <Boundary at={pathname}>
            <Suspense fallback={<Page><SkeletonRows /></Page>}>
              <Routes>
                {pages.map((p) => (
                  <Route key={p.path} path={p.path} element={p.perSite ? <PerSite route={p} /> : <p.Component />} />
                ))}
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </Boundary>
        </main>
      </div>
      <Suspense>
        {open === 'palette' && <Palette onClose={() => setOpen(null)} onKeys={() => setOpen('keys')} />}
        {open === 'keys' && <KeysDialog onClose={() => setOpen(null)} />}
      </Suspense>
      <Toaster />
    </div>
  )
}

function Sidebar({ open, onClose, onPalette, onKeys }: { open: boolean; onClose: () => void; onPalette: () => void; onKeys: () => void }) {
  const wide = useWide()
  if (!wide && !open) return null
  return (
    <>
      {open && <div aria-hidden className="fixed inset-0 z-30 bg-black/40 md:hidden" onClick={onClose} />}
      <aside
        onKeyDown={(e) => e.key === 'Escape' && onClose()}
        className={cx('z-40 w-60 shrink-0 flex-col border-r border-line bg-page', open ? 'fixed inset-y-0 left-0 flex shadow-pop md:static md:shadow-none' : 'hidden md:flex')}
      >
        <div className="flex h-12 items-center gap-2 px-4">
          <Link to="/" className="flex items-center gap-2 rounded-sm font-semibold tracking-tight">
            <span aria-hidden className="grid size-6 place-items-center rounded-md bg-[#1c1917] text-[#ff8a4c]">
              <Icon name="spark" />
            </span>
            IGNY8
          </Link>
          <span className="flex-1" />
          <Button look="quiet" size="icon" aria-label="Close the menu" className="md:hidden" onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
        <div className="space-y-2 px-3 pb-2">
          <SiteSwitcher />
          <button type="button" onClick={onPalette} className="flex h-8 w-full items-center gap-2 rounded-md border border-line bg-panel px-2 text-sm text-faint hover:bg-hover">
            <Icon name="search" className="size-3.5" />
            <span className="flex-1 text-left">Search or do…</span>
            <Kbd>Ctrl K</Kbd>
          </button>
        </div>
        <nav aria-label="Main" className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
          {nav.map((group) => (
            <div key={group.label} className="mt-3">
              <p className="px-2 pb-1 text-xs text-faint">{group.label}</p>
              <ul>
                {group.items.map((item) => (
                  <li key={item.to}>
                    <NavLink
                      to={item.to}
                      end={item.end}
                      className={({ isActive }) => cx('flex h-8 items-center gap-2.5 rounded-md px-2 text-base', isActive ? 'bg-hover font-medium text-ink' : 'text-soft hover:bg-hover hover:text-ink')}
                    >
                      {({ isActive }) => (
                        <>
                          <Icon name={item.icon} className={cx('size-4', isActive && 'text-ember')} />
                          {item.label}
                        </>
                      )}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <CreditsLine />
        <AccountMenu onKeys={onKeys} />
      </aside>
    </>
  )
}

function PerSite({ route }: { route: AppRoute & { Component: React.ComponentType } }) {
  const query = useQuery(sitesQuery)
  return (
    <Loaded query={query}>
      {(sites) => <WithSite sites={sites} route={route} />}
    </Loaded>
  )
}

function WithSite({ sites, route }: { sites: Site[]; route: { Component: React.ComponentType } }) {
  const [params] = useSearchParams()
  const { pathname, hash } = useLocation()
  const last = useLastSite((s) => s.id)
  const setLast = useLastSite((s) => s.set)
  const wanted = params.get('site')
  const site = chooseSite(sites, wanted, last)
  useEffect(() => {
    if (wanted && site) setLast(site.id)
  }, [wanted, site, setLast])
  if (sites.length === 0) return <Navigate replace to="/start" />
  if (!site) return <Page><EmptyState icon="site" title="This site is not in your account" action={<ButtonLink to="/sites">All sites</ButtonLink>} /></Page>
  if (!wanted) {
    const search = new URLSearchParams(params)
    search.set('site', site.id)
    return <Navigate replace to={{ pathname, search: search.toString(), hash }} />
  }
  return (
    <SiteProvider site={site} key={site.id}>
      <route.Component />
    </SiteProvider>
  )
}

function NotFound() {
  const { pathname } = useLocation()
  useEffect(() => {
    document.title = 'Not found · IGNY8'
  }, [])
  return (
    <Page>
      <h1 className="sr-only">Not found</h1>
      <EmptyState icon="warn" title="There is no page here" action={<ButtonLink look="solid" to="/">Dashboard</ButtonLink>}>
        <code className="font-mono text-sm break-all">{pathname}</code> is no address of this app. <Kbd>Ctrl K</Kbd> finds everything that is.
      </EmptyState>
    </Page>
  )
}
