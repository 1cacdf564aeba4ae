import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** How the seven stages of a site stand. */
export const pipelineQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['automation', 'pipeline', siteId],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/pipeline_overview/', { params: { query: { site_id: siteId } }, signal })),
  })
