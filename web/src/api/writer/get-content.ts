import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import type { Data } from '../types'

export type ContentFull = Data<'get_content'>

/** A content with its body and its images. */
export const contentQuery = (site: string, id: string) =>
  queryOptions({
    queryKey: ['writer', 'content', site, id],
    queryFn: ({ signal }): Promise<ContentFull> => data(api.GET('/v1/writer/content/{id}/', { params: { path: { id }, query: { site_id: site } }, signal })),
  })
