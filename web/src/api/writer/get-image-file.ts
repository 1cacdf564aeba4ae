import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** An address for the file of an image, good for an hour. */
export const imageFileQuery = (site: string, id: string) =>
  queryOptions({
    queryKey: ['image-file', site, id],
    staleTime: 30 * 60_000,
    queryFn: ({ signal }) => data(api.GET('/v1/writer/images/{id}/file/', { params: { path: { id }, query: { site_id: site } }, signal })),
  })
