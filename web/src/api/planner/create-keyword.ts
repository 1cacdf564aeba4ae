import { api, data } from '../client'
import type { Body } from '../types'

export const createKeyword = (body: Body<'create_keyword'>, key: string) =>
  data(api.POST('/v1/planner/keywords/', { body, params: { header: { 'Idempotency-Key': key } } }))
