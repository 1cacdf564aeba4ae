import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** How a job stands. */
export const getJob = (id: string, signal?: AbortSignal) => data(api.GET('/v1/jobs/{id}/', { params: { path: { id } }, signal }))

export const jobEnded = (status: string | undefined) => status === 'done' || status === 'failed'

/** Asked again every second until it has ended: progress survives a reload when the id is in the address. */
export const jobQuery = (id: string) =>
  queryOptions({ queryKey: ['job', id], queryFn: ({ signal }) => getJob(id, signal), enabled: id !== '', refetchInterval: (q) => (jobEnded(q.state.data?.status) ? false : 1000) })
