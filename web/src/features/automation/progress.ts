import type { Data } from '@/api/types'
import type { StageResult } from '@/lib/stages'
import type { StageState } from './stages'

export type Processing = Data<'current_processing'>

export interface StageProgress {
  done: number
  /** Undefined while nobody knows. */
  total: number | undefined
}

/**
 * How far a stage is. What goes on is told by the program as it stands now; a stage's own result
 * grows by waves.
 */
export function progressOf(state: StageState, result: Pick<StageResult, 'stage' | 'processed' | 'failed'>, now: Pick<NonNullable<Processing>, 'stage' | 'processed' | 'total'> | null): StageProgress {
  const settled = result.processed + result.failed
  if (state === 'done' || state === 'halted') return { done: settled, total: settled }
  if (state === 'waiting' || state === 'stopped') return { done: 0, total: undefined }
  if (now?.stage !== result.stage || now.total === 0) return { done: settled, total: undefined }
  return { done: Math.min(now.processed, now.total), total: now.total }
}
