import { api, data } from '../client'
import type { Body } from '../types'

export const createCluster = (body: Body<'create_cluster'>, key: string) =>
  data(api.POST('/v1/planner/clusters/', { body, params: { header: { 'Idempotency-Key': key } } }))
