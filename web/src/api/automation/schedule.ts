import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body, Data } from '../types'

export type Schedule = Data<'get_schedule'>

/** When runs of a site start by themselves. */
export const scheduleQuery = (site: string) =>
  queryOptions({
    queryKey: ['automation', 'schedule', site],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/config/', { params: { query: { site_id: site } }, signal })),
  })

/** Changes it; refused when others changed it since that version. */
export const updateSchedule = (site: string, body: Body<'update_schedule'>, version?: number) =>
  data(api.PUT('/v1/automation/update_config/', { params: { query: { site_id: site } }, body, headers: ifMatch(version) }))
