import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [{ path: '/credits', load: () => import('./CreditsPage') }]
