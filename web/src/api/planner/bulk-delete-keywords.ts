import { api, data } from '../client'
import type { Body } from '../types'

/** Deletes keywords, some or all that a filter finds; `dry_run` only counts them. */
export const bulkDeleteKeywords = (body: Body<'bulk_delete_keywords'>, key?: string) =>
  data(api.POST('/v1/planner/keywords/bulk_delete/', { body, params: { header: key ? { 'Idempotency-Key': key } : {} } }))
