import { Link } from 'react-router'
import type { Estimate } from '@/api/automation/estimate-run'
import type { Run } from '@/api/types'
import { Badge, type Tone } from '@/components/ui/badge'
import { Icon } from '@/components/ui/icon'
import { Progress } from '@/components/ui/progress'
import { cx } from '@/lib/cx'
import { count, credits } from '@/lib/format'
import { madeOf, resultsOf, stages } from '@/lib/stages'
import { progressOf, type Processing } from './progress'
import { stateOf, type StageState } from './stages'

const words: Record<StageState, { label: string; tone: Tone }> = {
  waiting: { label: 'Waiting', tone: 'plain' },
  now: { label: 'Under way', tone: 'ember' },
  paused: { label: 'Paused', tone: 'warn' },
  done: { label: 'Done', tone: 'good' },
  halted: { label: 'Ended here', tone: 'plain' },
  stopped: { label: 'Not reached', tone: 'plain' },
}

/** The seven stages of a run, live. */
export function StageCards({ run, now, site }: { run: Run; now: Processing; site: string }) {
  const results = resultsOf(run)
  return (
    <ol aria-label="Stages" className="grid gap-2.5 sm:grid-cols-2 xl:grid-cols-4">
      {stages.map((s, i) => {
        const r = results[i]
        if (!r) return null
        const state = stateOf(run, s.stage, r)
        const { done, total } = progressOf(state, r, now)
        const made = madeOf(r.counts)
        const word = words[state]
        return (
          <li key={s.stage} aria-current={state === 'now' ? 'step' : undefined} className={cx('flex flex-col rounded-lg border bg-panel p-3', state === 'now' ? 'border-ember' : 'border-line', (state === 'waiting' || state === 'stopped') && 'text-soft')}>
            <div className="flex items-center gap-2">
              <span className="figures text-xs text-faint">{s.stage}</span>
              <h2 className="min-w-0 flex-1 text-sm">{s.name}</h2>
            </div>
            <Progress className="mt-2.5" label={s.name} value={state === 'done' ? 1 : done} total={state === 'done' || state === 'waiting' || state === 'stopped' ? 1 : total} tone={state === 'done' ? 'good' : state === 'now' ? 'ember' : 'warn'} />
            <div className="mt-1.5 flex items-start gap-2">
              <p className="figures flex-1 text-sm">
                {total === undefined ? (state === 'now' ? 'Planning…' : '–') : total > 0 ? (state === 'done' || state === 'halted' ? `${count(total)} ${total === 1 ? s.one : s.many}` : `${count(done)} of ${count(total)} ${s.many}`) : made.length > 0 ? 'All of them' : 'Nothing to do'}
                {r.failed > 0 && <span className="text-bad"> · {count(r.failed)} failed</span>}
              </p>
              <Badge tone={word.tone}>{word.label}</Badge>
            </div>
            <p className="figures mt-auto flex flex-wrap gap-x-2 pt-1 text-xs text-faint">
              {made.slice(0, 3).map((m) => (
                <span key={m.key}>
                  {count(m.n)} {m.words}
                </span>
              ))}
              {r.credits_used > 0 && <span>{credits(r.credits_used)} credits</span>}
              {made.length > 0 && (
                <Link className="ml-auto text-ember underline" to={`${s.to}?site=${site}`} aria-label={`See what ${s.name} made`}>
                  See
                </Link>
              )}
            </p>
          </li>
        )
      })}
    </ol>
  )
}

/** What each stage would do and cost, before a run. */
export function EstimateCards({ estimate }: { estimate: Estimate }) {
  return (
    <ol aria-label="Stages" className="grid gap-2.5 sm:grid-cols-2 xl:grid-cols-4">
      {stages.map((s) => {
        const part = estimate.stages.find((x) => x.stage === s.stage)
        const n = (part?.waiting ?? 0) + (part?.coming ?? 0)
        return (
          <li key={s.stage} className={cx('rounded-lg border border-line bg-panel p-3', n === 0 && 'text-soft')}>
            <div className="flex items-center gap-2">
              <span className="figures text-xs text-faint">{s.stage}</span>
              <h2 className="min-w-0 flex-1 text-sm">{s.name}</h2>
            </div>
            <p className="figures mt-1.5 text-sm">
              {part ? (
                <>
                  {count(part.waiting)} waiting{part.coming > 0 && `, about ${count(part.coming)} to come`}
                </>
              ) : (
                'What is approved goes out'
              )}
            </p>
            <p className="figures mt-1 flex items-center gap-1 text-xs text-faint">
              {part && part.estimated_credits > 0 ? (
                <>
                  <Icon name="credits" className="size-3" /> about {credits(part.estimated_credits)} credits
                  {part.vectors.credits > 0 && `, ${credits(part.vectors.credits)} of them for vectors of ${count(part.vectors.texts)} keywords`}
                </>
              ) : (
                'no credits'
              )}
            </p>
          </li>
        )
      })}
    </ol>
  )
}
