import { api, data } from '../client'

/** Works on a failed job's item again: a new job. */
export const retryJob = (id: string, key: string) => data(api.POST('/v1/jobs/{id}/retry/', { params: { path: { id }, header: { 'Idempotency-Key': key } } }))
