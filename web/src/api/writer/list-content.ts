import { api, page } from '../client'
import { filtersOf, type ListReader } from '../list'
import type { Content } from '../types'

export const listContents: ListReader<Content> = (site, params, n, size, signal) =>
  page(api.GET('/v1/writer/content/', { params: { query: { ...filtersOf<'list_content'>(params), site_id: site, page: n, page_size: size } }, signal }))
