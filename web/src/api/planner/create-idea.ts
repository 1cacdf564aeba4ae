import { api, data } from '../client'
import type { Body } from '../types'

export const createIdea = (body: Body<'create_idea'>, key: string) => data(api.POST('/v1/planner/ideas/', { body, params: { header: { 'Idempotency-Key': key } } }))
