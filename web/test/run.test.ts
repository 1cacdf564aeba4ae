import { expect, test } from 'vitest'
import type { LogLine } from '@/api/automation/run-logs'
import { failedOf } from '@/features/automation/failed'
import { doneOf, plannedOf } from '@/features/automation/progress'
import { stateOf } from '@/features/automation/stages'

let n = 0
const line = (kind: string, more: Partial<LogLine> = {}): LogLine => ({ id: `evt_${++n}`, kind, site: 'sit', time: '2026-03-01T10:00:00Z', ...more })

test('progress comes from the story: waves tell their size, items that they are over', () => {
  const log = [line('wave_planned', { stage: 4, total: 20 }), line('wave_planned', { stage: 4, total: 5 }), line('stage_item_processed', { stage: 4 }), line('stage_item_failed', { stage: 4 }), line('stage_item_processed', { stage: 2 })]
  expect(plannedOf(log).get(4)).toBe(25)
  expect(doneOf(log).get(4)).toBe(2)
})

test('an item that was done after it had failed is no failed one', () => {
  const log = [
    line('stage_item_failed', { stage: 6, item: 'img_1', job: 'job_1', title: 'One', cause: 'provider', reason: 'It timed out.' }),
    line('stage_item_failed', { stage: 6, item: 'img_2', job: 'job_2', title: 'Two', cause: 'input', reason: 'Refused.' }),
    line('stage_item_processed', { stage: 6, item: 'img_1', job: 'job_3', title: 'One' }),
  ]
  expect(failedOf(log).map((f) => [f.job, f.cause, f.reason])).toEqual([['job_2', 'input', 'Refused.']])
})

test('stages of a run that stopped are not shown as if they would come', () => {
  const closed = { closed: false }
  expect(stateOf({ status: 'running', current_stage: 3 }, 5, closed)).toBe('waiting')
  expect(stateOf({ status: 'running', current_stage: 3 }, 3, closed)).toBe('now')
  expect(stateOf({ status: 'paused', current_stage: 3 }, 3, closed)).toBe('paused')
  expect(stateOf({ status: 'cancelled', current_stage: 3 }, 5, closed)).toBe('stopped')
  expect(stateOf({ status: 'failed', current_stage: 3 }, 2, closed)).toBe('done')
})
