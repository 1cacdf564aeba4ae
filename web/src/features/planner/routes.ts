import type { AppRoute } from '@/app/routes'

export const routes: readonly AppRoute[] = [
  { path: '/planner/keywords', load: () => import('./KeywordsPage'), perSite: true },
  { path: '/planner/keywords/import', load: () => import('./ImportPage'), perSite: true },
  { path: '/planner/clusters', load: () => import('./ClustersPage'), perSite: true },
  { path: '/planner/clusters/map', load: () => import('./ClusterMapPage'), perSite: true },
  { path: '/planner/ideas', load: () => import('./IdeasPage'), perSite: true },
]
