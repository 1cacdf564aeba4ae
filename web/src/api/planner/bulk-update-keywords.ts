import { api, data } from '../client'
import type { Body } from '../types'

/** Changes keywords, some or all that a filter finds; `dry_run` only counts them. */
export const bulkUpdateKeywords = (body: Body<'bulk_update_keywords'> & Body<'bulk_delete_keywords'>, key?: string) =>
  data(api.POST('/v1/planner/keywords/bulk_update/', { body, params: { header: key ? { 'Idempotency-Key': key } : {} } }))
