import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { PipelineStage } from '../pending'

/** How the seven stages of a site stand. */
export const pipelineOverview = async (siteId: string, signal?: AbortSignal) =>
  (await raw<{ data: PipelineStage[] }>('GET', '/v1/automation/pipeline_overview/', { query: { site_id: siteId }, signal })).data

export const pipelineQuery = (siteId: string) => queryOptions({ queryKey: ['automation', 'pipeline', siteId], queryFn: ({ signal }) => pipelineOverview(siteId, signal) })
