import { api, data } from '../client'
import type { Body } from '../types'

/** Makes a site with its sectors; `key` makes it safe to repeat. */
export const createSite = (body: Body<'create_site'>, key: string) => data(api.POST('/v1/auth/sites/', { body, params: { header: { 'Idempotency-Key': key } } }))
