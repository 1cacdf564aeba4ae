import { api, data } from '../client'
import type { Body } from '../types'

/** What a job of an import leaves: see docs/keywords.md. */
export interface ImportReport {
  name: string
  tool: string
  encoding: string
  rows: number
  new: number
  already: number
  updated: number
  duplicates: number
  elsewhere: number
  volume_sum: number
  date: string
  columns: Record<string, string>
  headers: string[]
  header_line: number
  delimiter: string
  sample: { line: number; keyword: string; country?: string; tags?: string[]; figures?: { source: string; volume?: number; volume_low?: number; volume_high?: number; difficulty?: number; intent?: string }[] }[]
  faults: { line: number; column: number; reason: string; mend: string }[]
  near_duplicates: { file: string; line: number; keyword: string; like: string; kind: string }[]
  near_duplicates_count: number
  error?: { code: string; message: string }
}

export interface ImportResult extends ImportReport {
  dry_run: boolean
  faults_count: number
  files: ImportReport[]
  report_url?: string
}

/** Imports uploaded files or a pasted text: a job. `dry_run` writes nothing. */
export const importKeywords = (body: Body<'import_keywords'>, key: string) =>
  data(api.POST('/v1/planner/keywords/import_keywords/', { body, params: { header: { 'Idempotency-Key': key } } }))
