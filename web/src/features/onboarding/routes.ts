import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [{ path: '/start', load: () => import('./OnboardingPage') }]
