import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [{ path: '/', load: () => import('./DashboardPage'), perSite: true }]
