import type { Run } from '@/api/types'
import { plural } from '@/lib/format'

const made = ['clusters_created', 'ideas_created', 'tasks_created', 'content_created', 'prompts_created', 'images_generated', 'content_moved_to_review', 'content_published']

/** Why a run that is complete made nothing, and the way out; null when it made something or is not complete. */
export function nothingMade(run: Run): { reason: string; label: string; path: string } | null {
  if (run.status !== 'completed') return null
  const results = [run.stage_1_result, run.stage_2_result, run.stage_3_result, run.stage_4_result, run.stage_5_result, run.stage_6_result, run.stage_7_result]
  const sum = (key: string) => results.reduce((n, r) => n + (r?.counts[key] ?? 0), 0)
  // What failed is told by itself.
  if (made.some((key) => sum(key) > 0) || results.some((r) => (r?.failed ?? 0) > 0)) return null
  const left = sum('keywords_skipped')
  return left > 0
    ? { reason: `The last run made nothing: ${plural(left, 'keyword')} could not be grouped, as a sector needs at least five. Import more.`, label: 'Import', path: '/planner/keywords/import' }
    : { reason: 'The last run made nothing: nothing waited for it. Bring in keywords, or see what was left alone.', label: 'Keywords', path: '/planner/keywords' }
}
