import { api, data } from '../client'
import type { Body } from '../types'

export const createView = (body: Body<'create_view'>, key: string) => data(api.POST('/v1/system/views/', { body, params: { header: { 'Idempotency-Key': key } } }))
