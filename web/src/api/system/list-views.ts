import { queryOptions } from '@tanstack/react-query'
import { api, everything, page } from '../client'
import type { Query } from '../types'

export type ListName = NonNullable<Query<'list_views'>['list']>

/** The saved views of a list of a site; there are few. */
export const viewsQuery = (site: string, list: ListName) =>
  queryOptions({
    queryKey: ['views', site, list],
    staleTime: 60_000,
    queryFn: ({ signal }) => everything((n) => page(api.GET('/v1/system/views/', { params: { query: { site_id: site, list, page: n, page_size: 100 } }, signal }))),
  })
