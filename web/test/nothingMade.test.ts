import { expect, test } from 'vitest'
import type { Run } from '@/api/types'
import { nothingMade } from '@/features/dashboard/nothingMade'

const run = (counts: Record<string, number>, more: object = {}) => ({ status: 'completed', stage_1_result: { counts, failed: 0 }, ...more }) as unknown as Run

test('a complete run that made nothing is told with the way out', () => {
  expect(nothingMade(run({ keywords_skipped: 3 }))?.path).toBe('/planner/keywords/import')
  expect(nothingMade(run({ keywords_skipped: 3 }))?.reason).toContain('3 keywords')
  expect(nothingMade(run({}))?.path).toBe('/planner/keywords')
  expect(nothingMade(run({ clusters_created: 1, keywords_skipped: 3 }))).toBeNull()
  expect(nothingMade(run({ keywords_skipped: 3 }, { status: 'running' }))).toBeNull()
  expect(nothingMade(run({}, { stage_2_result: { counts: {}, failed: 1 } }))).toBeNull()
})
