import { api, page } from '../client'
import { filtersOf, type ListReader } from '../list'
import type { Image } from '../types'

export const listImages: ListReader<Image> = (site, params, n, size, signal) =>
  page(api.GET('/v1/writer/images/', { params: { query: { ...filtersOf<'list_images'>(params), site_id: site, page: n, page_size: size } }, signal }))
