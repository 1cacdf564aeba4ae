import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [
  { path: '/writer/tasks', load: () => import('./TasksPage'), perSite: true },
  { path: '/writer/content', load: () => import('./ContentPage'), perSite: true },
  { path: '/writer/content/:id', load: () => import('./ArticlePage'), perSite: true },
  { path: '/writer/review', load: () => import('./ReviewPage'), perSite: true },
  { path: '/writer/images', load: () => import('./ImagesPage'), perSite: true },
]
