import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [
  { path: '/sites', load: () => import('./SitesPage') },
  { path: '/sites/:id', load: () => import('./SitePage') },
]
