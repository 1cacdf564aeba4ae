import { api, page } from '../client'
import { filtersOf, type ListReader } from '../list'
import type { Idea } from '../types'

export const listIdeas: ListReader<Idea> = (site, params, n, size, signal) =>
  page(api.GET('/v1/planner/ideas/', { params: { query: { ...filtersOf<'list_ideas'>(params), site_id: site, page: n, page_size: size } }, signal }))
