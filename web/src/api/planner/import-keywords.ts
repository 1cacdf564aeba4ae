import { api, data, newKey } from '../client'
import type { Body } from '../types'

/** Imports uploaded files or a pasted text: a job. */
export const importKeywords = (body: Body<'import_keywords'>, key = newKey()) => data(api.POST('/v1/planner/keywords/import_keywords/', { body, params: { header: { 'Idempotency-Key': key } } }))
