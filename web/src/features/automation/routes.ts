import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [
  { path: '/automation', load: () => import('./AutomationPage'), perSite: true },
  { path: '/automation/runs/:id', load: () => import('./RunPage'), perSite: true },
]
