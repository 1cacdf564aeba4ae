import type { Run } from '@/api/types'
import { plural } from '@/lib/format'
import { resultsOf } from '@/lib/stages'

const made = ['clusters_created', 'ideas_created', 'tasks_created', 'content_created', 'prompts_created', 'images_generated', 'content_moved_to_review', 'content_published']

/** Why a run that is complete made nothing, and the way out; null when it made something or is not complete. */
export function nothingMade(run: Run): { reason: string; label: string; path: string } | null {
  if (run.status !== 'completed') return null
  const results = resultsOf(run)
  const sum = (key: string) => results.reduce((n, r) => n + (r.counts[key] ?? 0), 0)
  // What failed is told by itself.
  if (made.some((key) => sum(key) > 0) || results.some((r) => r.failed > 0)) return null
  const left = sum('keywords_skipped')
  return left > 0
    ? { reason: `The last run made nothing: ${plural(left, 'keyword')} could not be grouped, as a sector needs at least five. Import more.`, label: 'Import', path: '/planner/keywords/import' }
    : { reason: 'The last run made nothing: nothing waited for it. Bring in keywords, or see what was left alone.', label: 'Keywords', path: '/planner/keywords' }
}
