import { expect, test } from 'vitest'
import type { LogLine } from '@/api/automation/run-logs'
import { failedOf } from '@/features/automation/failed'
import { progressOf } from '@/features/automation/progress'
import { stateOf } from '@/features/automation/stages'

let n = 0
const line = (kind: string, more: Partial<LogLine> = {}): LogLine => ({ id: `evt_${++n}`, kind, site: 'sit', time: '2026-03-01T10:00:00Z', ...more })

test('progress of the stage that goes on is the program’s own; of others it is what is settled', () => {
  const result = (stage: number, processed: number, failed = 0) => ({ stage, processed, failed })
  const now = { stage: 4, processed: 7, total: 25 }
  expect(progressOf('now', result(4, 0), now)).toEqual({ done: 7, total: 25 })
  expect(progressOf('paused', result(4, 0), now)).toEqual({ done: 7, total: 25 })
  expect(progressOf('now', result(5, 3, 1), now)).toEqual({ done: 4, total: undefined })
  expect(progressOf('done', result(2, 20, 1), now)).toEqual({ done: 21, total: 21 })
  expect(progressOf('waiting', result(6, 0), now)).toEqual({ done: 0, total: undefined })
  expect(progressOf('halted', result(4, 10), null)).toEqual({ done: 10, total: 10 })
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
  expect(stateOf({ status: 'cancelled', current_stage: 3 }, 3, closed)).toBe('halted')
  expect(stateOf({ status: 'failed', current_stage: 3 }, 2, closed)).toBe('done')
})
