/**
 * What happens in the account, as it happens: one reader for the whole page. It streams where
 * the server can, else polls; it goes on from its cursor after a break and drops what it knows.
 */
import { listEvents } from '@/api/events/list-events'
import { Problem } from '@/api/problem'
import type { AccountEvent, EventPage } from '@/api/types'

/** Event ids come out of order by up to this much, so a reader goes back so far and drops what it has seen. */
export const OVERLAP_MS = 60_000
/** Ids that are remembered at least: as many as the API says, and those of the overlap whatever their number. */
const KEEP = 10_000
const KEEP_MS = 4 * OVERLAP_MS

/** `past`: the event was there before the reader began. */
export type Listener = (event: AccountEvent, past: boolean) => void

const JUST_NOW_MS = 15_000

/** Whether what a page read on its own account shows the event already: it was there before the reader began, and not only just. */
export const isKnown = (event: AccountEvent, past: boolean) => past && Date.parse(event.time) < Date.now() - JUST_NOW_MS

export interface Source {
  /** Reads what came after a cursor (without one the newest), or opens a stream that goes on from there. */
  read(cursor: string, signal: AbortSignal): Promise<EventPage & { retryAfter?: number | undefined; stream?: AsyncIterable<{ cursor: string; event: AccountEvent }> | undefined }>
}

/** Drops events that were seen before, by id. Ids older than the overlap by far are forgotten. */
export class Seen {
  private readonly at = new Map<string, number>()
  /** True the first time that an id is shown. */
  first(id: string, now: number): boolean {
    // Taken out and put in again, so that the order is that of the last sight.
    const known = this.at.delete(id)
    this.at.set(id, now)
    if (known) return false
    // The oldest come first; none of the overlap is forgotten.
    if (this.at.size > KEEP)
      for (const [old, when] of this.at) {
        if (this.at.size <= KEEP || now - when <= KEEP_MS) break
        this.at.delete(old)
      }
    return true
  }
}

export interface Options {
  source: Source
  now?: () => number
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told whether the reader is in touch with the server. */
  onState?: (live: boolean) => void
}

/** A reader of events. `start` begins at `cursor`, `stop` ends it; listeners stay. */
export class EventReader {
  cursor = ''
  private readonly seen = new Seen()
  private readonly listeners = new Set<Listener>()
  private stopper: AbortController | null = null
  private readonly now: () => number
  private readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  private readonly options: Options

  constructor(options: Options) {
    this.options = options
    this.now = options.now ?? Date.now
    this.sleep = options.sleep ?? pause
  }

  /** Adds a listener; the returned function takes it away. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  start() {
    if (this.stopper) return
    const stopper = (this.stopper = new AbortController())
    void this.loop(stopper.signal)
  }

  stop() {
    this.stopper?.abort()
    this.stopper = null
  }

  /** Hands on events that were not seen before, in the order given. */
  take(events: readonly AccountEvent[], past = false): number {
    let fresh = 0
    for (const event of events) {
      if (!this.seen.first(event.id, this.now())) continue
      fresh++
      for (const listener of this.listeners) listener(event, past)
    }
    return fresh
  }

  private async loop(signal: AbortSignal) {
    for (let failures = 0; !signal.aborted; ) {
      let wait: number
      try {
        const page = await this.options.source.read(this.cursor, signal)
        failures = 0
        this.options.onState?.(true)
        this.take(page.results, this.cursor === '')
        this.cursor = page.next_cursor || this.cursor
        if (page.stream) {
          for await (const { cursor, event } of page.stream) {
            this.cursor = cursor || this.cursor
            this.take([event])
          }
          wait = 1000
        } else wait = Math.max(250, (page.retryAfter ?? 0) * 1000)
      } catch (thrown) {
        if (ended(signal)) return
        this.options.onState?.(false)
        failures++
        const asked = thrown instanceof Problem ? (thrown.fault.retryAfter ?? 0) * 1000 : 0
        wait = Math.max(asked, Math.min(30_000, 1000 * 2 ** Math.min(failures, 5)))
      }
      await this.sleep(wait, signal)
    }
  }
}

const ended = (signal: AbortSignal) => signal.aborted

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      done()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** Takes a stream of server-sent events apart: each has a cursor as its id, and an event as its data. */
export async function* serverSent(stream: ReadableStream<Uint8Array>): AsyncGenerator<{ cursor: string; event: AccountEvent }> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += value
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const lines = block.split('\n')
        const of = (name: string) => lines.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).trimStart())
        const data = of('data').join('\n')
        if (data) yield { cursor: of('id').at(-1) ?? '', event: JSON.parse(data) as AccountEvent }
      }
    }
  } finally {
    await reader.cancel()
  }
}

/** `GET /v1/events/`: a stream while the page is seen, slow polls while it is not. */
export const account: Source = {
  async read(cursor, signal) {
    const page = await listEvents(cursor, { stream: !document.hidden, signal })
    return { ...page, retryAfter: document.hidden ? 10 : page.retryAfter, stream: page.stream && serverSent(page.stream) }
  },
}

/** The reader of this page; the frame starts it when someone is signed in. */
export const events = new EventReader({ source: account })
