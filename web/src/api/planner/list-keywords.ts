import { api, page } from '../client'
import { filtersOf, type ListReader } from '../list'
import type { Keyword } from '../types'

/** A page of a site's keywords. The bounds of figures are texts in an address and numbers here. */
export const listKeywords: ListReader<Keyword> = (site, params, n, size, signal) =>
  page(api.GET('/v1/planner/keywords/', { params: { query: { ...filtersOf<'list_keywords'>(params), site_id: site, page: n, page_size: size } }, signal }))
