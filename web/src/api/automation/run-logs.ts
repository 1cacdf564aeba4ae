import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import type { Data } from '../types'

export type LogLine = NonNullable<Data<'run_logs'>>[number]

/** The last lines of a run's story, oldest first. */
export const logsQuery = (site: string, run: string, live: boolean) =>
  queryOptions({
    queryKey: ['automation', 'logs', site, run],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/logs/', { params: { query: { site_id: site, run_id: run, lines: 500 } }, signal })),
    refetchInterval: live ? 3000 : false,
  })
