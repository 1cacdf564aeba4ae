import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [
  { path: '/settings/ai', load: () => import('./ModelsPage') },
  { path: '/settings/prompts', load: () => import('./PromptsPage') },
]
