import { api, data } from '../client'
import type { Body } from '../types'

export const createTask = (body: Body<'create_task'>, key: string) => data(api.POST('/v1/writer/tasks/', { body, params: { header: { 'Idempotency-Key': key } } }))
