import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

export const getJob = (id: string, signal?: AbortSignal) => data(api.GET('/v1/jobs/{id}/', { params: { path: { id } }, signal }))

/** A job, asked for again until it is over. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => getJob(id, signal),
    refetchInterval: (query) => (query.state.data?.status === 'done' || query.state.data?.status === 'failed' ? false : 700),
  })
