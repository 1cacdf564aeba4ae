import { create } from 'zustand'

/** Jobs that a person asked for together and wants to see the end of. */
export interface Batch {
  id: string
  label: string
  jobs: string[]
  /** Ids of jobs that are over, and how. */
  over: Record<string, 'done' | 'failed'>
  started: number
}

const key = 'igny8.jobs'
const KEEP_MS = 24 * 3_600_000

function stored(): Batch[] {
  try {
    const list = JSON.parse(localStorage.getItem(key) ?? '[]') as Batch[]
    return list.filter((b) => Date.now() - b.started < KEEP_MS)
  } catch {
    return []
  }
}

interface Jobs {
  batches: Batch[]
  follow: (label: string, jobs: string[]) => void
  end: (batch: string, job: string, how: 'done' | 'failed') => void
  drop: (batch: string) => void
}

/** Follows jobs over reloads of the page; their state itself is asked from the server. */
export const useJobs = create<Jobs>((set) => {
  const change = (to: (batches: Batch[]) => Batch[]) =>
    set((s) => {
      const batches = to(s.batches)
      localStorage.setItem(key, JSON.stringify(batches))
      return { batches }
    })
  return {
    batches: stored(),
    follow: (label, jobs) => {
      if (jobs.length > 0) change((list) => [...list.slice(-4), { id: jobs[0] ?? label, label, jobs, over: {}, started: Date.now() }])
    },
    end: (batch, job, how) => change((list) => list.map((b) => (b.id === batch ? { ...b, over: { ...b.over, [job]: how } } : b))),
    drop: (batch) => change((list) => list.filter((b) => b.id !== batch)),
  }
})
