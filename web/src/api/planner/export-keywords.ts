import { api, data } from '../client'
import type { Body } from '../types'

/** What the job of an export leaves. */
export interface Exported {
  rows: number
  bytes: number
  filename: string
  url: string
  expires_at: string
}

export const exportKeywords = (body: Body<'export_keywords'> & { filter?: string }, key: string) =>
  data(api.POST('/v1/planner/keywords/export/', { body, params: { header: { 'Idempotency-Key': key } } }))
