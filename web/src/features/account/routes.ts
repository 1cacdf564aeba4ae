import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [{ path: '/account/profile', load: () => import('./ProfilePage') }]
