import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import type { Run } from '../types'

/** The site's running or paused run; null when there is none. */
export const currentRun = (siteId: string, signal?: AbortSignal): Promise<Run | null> => data(api.GET('/v1/automation/current_run/', { params: { query: { site_id: siteId } }, signal }))

/** Asked again every 3 s while it runs, so that progress is seen without events too. */
export const currentRunQuery = (siteId: string) =>
  queryOptions({ queryKey: ['automation', 'current', siteId], queryFn: ({ signal }) => currentRun(siteId, signal), refetchInterval: (q) => (q.state.data?.status === 'running' ? 3000 : false) })
