import { useState, type ReactNode } from 'react'
import { newKey } from '@/api/client'
import type { BulkDone, Chosen } from '@/api/list'
import { explain } from '@/api/problem'
import type { Job } from '@/api/types'
import { Confirm } from '@/components/ui/confirm'
import { ErrorNote } from '@/components/ui/states'
import { plural } from '@/lib/format'
import { useJobs } from '@/stores/jobs'
import { toast } from '@/stores/toasts'
import { useStageCost } from './cost'

/** The most records that one action by hand takes. */
export const MOST = 500

/** Tells a refusal that came outside of a dialog. */
export function tell(thrown: unknown, spends = false) {
  const why = explain(thrown, spends)
  toast(why.cause, { tone: 'bad', detail: [why.credits, why.next].filter(Boolean).join(' ') })
}

export interface AskedFor {
  site: string
  /** How many are selected; the ids are read when it is confirmed. */
  size: number
  ids: () => Promise<string[]>
  noun: [string, string]
  onClose: () => void
  onDone: () => void
}

function TooMany({ size }: { size: number }) {
  return <ErrorNote className="mt-2" explained={{ cause: `At most ${MOST} at once; ${size} are selected.`, next: 'Narrow the filter, or select fewer.' }} />
}

/** Asks for work of a stage by hand: the cost before, the jobs followed after. */
export function AskStage({ site, size, ids, noun, onClose, onDone, stage, title, label, action, ask, most = MOST, blocked, children }: AskedFor & { most?: number; /** Why it makes no sense now. */ blocked?: string | undefined; stage: number; title: string; label: string; action: string; ask: (chosen: Chosen, key: string) => Promise<Job[] | null>; children?: ReactNode }) {
  const { ready, cost } = useStageCost(site, stage, size, true)
  const many = size > most
  const [key] = useState(newKey)
  const follow = useJobs((s) => s.follow)
  const unknown = ready && cost === undefined
  return (
    <Confirm
      open
      onClose={onClose}
      title={title}
      lead={children}
      action={action}
      spends={!unknown && !many && !blocked}
      cost={many || blocked ? { estimated: 0, balance: 0, sufficient: false } : cost}
      onConfirm={async () => {
        const jobs = (await ask({ site_id: site, ids: await ids() }, key)) ?? []
        follow(label, jobs.map((j) => j.id))
        toast(jobs.length > 0 ? `${label}: ${plural(jobs.length, 'job')} under way` : 'There was nothing left to do for these')
        onDone()
      }}
    >
      {blocked ? <p>{blocked}</p> : many ? <TooMany size={size} /> : unknown && <p className="text-soft">What {plural(size, noun[0], noun[1])} will cost can’t be told before: nothing of the kind waits. You pay for what is done, and nothing is bought twice.</p>}
    </Confirm>
  )
}

/** Deletes records, all or none; they can be brought back. */
export function AskDelete({ site, size, ids, noun, onClose, onDone, stays, remove, undo }: AskedFor & { stays: string; remove: (chosen: Chosen) => Promise<BulkDone & { undo_version?: number }>; /** The way back, or undefined where there is none. */ undo?: (ids: string[], done: BulkDone & { undo_version?: number }) => (() => Promise<unknown>) | undefined }) {
  const what = plural(size, noun[0], noun[1])
  return (
    <Confirm
      open
      danger
      onClose={onClose}
      title={`Delete ${what}?`}
      lead={stays}
      action={`Delete ${what}`}
      onConfirm={async () => {
        const chosen = { site_id: site, ids: await ids() }
        const done = await remove(chosen)
        const back = undo?.(chosen.ids, done)
        onDone()
        toast(`${plural(done.changed, noun[0], noun[1])} deleted`, {
          detail: done.skipped?.length ? `Left alone: ${done.skipped.slice(0, 3).join('; ')}` : undefined,
          action: back && {
            label: 'Undo',
            run: () =>
              void back().then(
                () => {
                  toast('Brought back')
                  onDone()
                },
                (thrown: unknown) => tell(thrown),
              ),
          },
        })
      }}
    >
      {size > MOST && <TooMany size={size} />}
    </Confirm>
  )
}

/** Does something to the selection that costs nothing and needs no question. */
export async function quickly(site: string, size: number, ids: () => Promise<string[]>, noun: [string, string], act: (chosen: Chosen) => Promise<BulkDone>, done: string, after: () => void) {
  if (size > MOST) {
    toast(`At most ${MOST} at once; ${size} are selected.`, { tone: 'bad', detail: 'Narrow the filter, or select fewer.' })
    return
  }
  try {
    const result = await act({ site_id: site, ids: await ids() })
    toast(`${plural(result.changed, noun[0], noun[1])} ${done}`, { detail: result.skipped?.length ? `Left alone: ${result.skipped.slice(0, 3).join('; ')}` : result.changed < result.count ? 'The others were so already.' : undefined })
    after()
  } catch (thrown) {
    tell(thrown)
  }
}
