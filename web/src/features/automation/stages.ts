import type { Run } from '@/api/types'
import type { StageResult } from '@/lib/stages'

export const isOver = (status: string) => status === 'completed' || status === 'cancelled' || status === 'failed'

/** `halted`: the run ended in it; `stopped`: the run ended before it. */
export type StageState = 'waiting' | 'now' | 'paused' | 'done' | 'halted' | 'stopped'

/** How a stage of a run stands. */
export function stateOf(run: Pick<Run, 'status' | 'current_stage'>, stage: number, result: Pick<StageResult, 'closed'>): StageState {
  if (result.closed) return 'done'
  if (stage < run.current_stage) return 'done'
  if (stage > run.current_stage) return isOver(run.status) ? 'stopped' : 'waiting'
  return run.status === 'running' ? 'now' : run.status === 'paused' ? 'paused' : run.status === 'completed' ? 'done' : 'halted'
}

/** Why a run is paused, and what to do. */
export const pauseWords: Record<string, { cause: string; next: string }> = {
  person: { cause: 'You paused it.', next: 'Resume when you are ready: it goes on where it stopped.' },
  credits: { cause: 'The credits are used up.', next: 'Add credits, then resume: it goes on where it stopped.' },
  provider: { cause: 'The AI provider refused or did not answer.', next: 'Look at what it said below; when that is mended, resume.' },
  wordpress: { cause: 'WordPress refused or did not answer.', next: 'Test the connection in the site’s settings, then resume.' },
}

/** What to do about a failed item, by who has to act. */
export const causeWords: Record<string, { who: string; next: string }> = {
  credits: { who: 'Credits', next: 'Add credits, then try it again.' },
  provider: { who: 'AI provider', next: 'Try it again; if it comes back, choose another model.' },
  wordpress: { who: 'WordPress', next: 'Test the connection in the site’s settings, then try it again.' },
  input: { who: 'What was given', next: 'Change the item, then try it again.' },
  ours: { who: 'IGNY8', next: 'Try it again; nothing is charged twice.' },
}
