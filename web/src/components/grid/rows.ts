/**
 * The rows of one list, read from the server a window at a time: pages of 100 by the list's own
 * query. Only what is in view and a little more is asked for; what went out of view meanwhile is
 * aborted. React renders no row, so this lives outside it.
 */
import { Problem } from '@/api/problem'
import type { Page } from '@/api/types'

export const PAGE = 100
/** Pages that are kept in memory besides those in view. */
const KEEP = 40
/** While one scrolls fast nothing is asked for until the view rests this long. */
const REST_MS = 70

export type ReadPage<T> = (page: number, signal: AbortSignal) => Promise<Page<T>>

/** What React is told: it changes seldom. */
export interface RowsState {
  /** Undefined until the first page is there. */
  count: number | undefined
  /** Rows of the query before are still shown. */
  busy: boolean
  error: unknown
  /** Grows when a new set of rows takes the place of the old one. */
  generation: number
}

interface Slot<T> {
  rows: T[]
  stale: boolean
  used: number
}

export interface RowsOptions {
  now?: () => number
  restMs?: number
}

export class Rows<T> {
  private state: RowsState = { count: undefined, busy: true, error: null, generation: 0 }
  private pages = new Map<number, Slot<T>>()
  private readonly flying = new Map<number, AbortController>()
  private read: ReadPage<T> | undefined
  private readonly watchers = new Set<() => void>()
  private readonly painters = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private held = 0
  private from = 0
  private to = 30
  private clock = 0
  private readonly now: () => number
  private readonly restMs: number

  constructor(options: RowsOptions = {}) {
    this.now = options.now ?? Date.now
    this.restMs = options.restMs ?? REST_MS
  }

  readonly snapshot = () => this.state

  /** Told when the state changes. */
  readonly subscribe = (watcher: () => void) => {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  /** Told when rows came. */
  onRows(painter: () => void): () => void {
    this.painters.add(painter)
    return () => void this.painters.delete(painter)
  }

  get count() {
    return this.state.count
  }

  at(index: number): T | undefined {
    const slot = this.pages.get(Math.floor(index / PAGE) + 1)
    return slot?.rows[index % PAGE]
  }

  /** Rows that are in memory, in their order. */
  *loaded(): Generator<T> {
    for (const n of [...this.pages.keys()].sort((a, b) => a - b)) yield* this.pages.get(n)?.rows ?? []
  }

  /** Another query: the old rows stay until the first page of the new ones is there. */
  reset(read: ReadPage<T>) {
    this.abort()
    this.read = read
    this.from = 0
    this.to = Math.min(this.to - this.from, PAGE)
    this.set({ busy: true, error: null })
    this.fetch(1, true)
  }

  /** Reads again what is in view; the rest when it comes into view. */
  refresh() {
    if (this.state.count === undefined) {
      if (this.read && this.flying.size === 0) this.fetch(1, true)
      return
    }
    for (const slot of this.pages.values()) slot.stale = true
    this.fill()
  }

  /** Puts a changed record in place at once. */
  replace(same: (row: T) => boolean, change: (row: T) => T) {
    for (const slot of this.pages.values()) slot.rows = slot.rows.map((r) => (same(r) ? change(r) : r))
    this.paint()
  }

  /** What is in view now: rows from..to. */
  view(from: number, to: number) {
    this.from = from
    this.to = to
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.fill(), this.missing() ? this.restMs : 4 * this.restMs)
  }

  /** Waits until rows from..to are in memory, for a range that was selected. */
  async ensure(from: number, to: number): Promise<T[]> {
    const { read } = this
    if (!read) return []
    for (let n = Math.floor(from / PAGE) + 1; n <= Math.floor(to / PAGE) + 1; n++) {
      if (!this.pages.has(n)) this.keep(n, (await read(n, new AbortController().signal)).results)
    }
    const out: T[] = []
    for (let i = from; i <= to; i++) {
      const row = this.at(i)
      if (row !== undefined) out.push(row)
    }
    return out
  }

  /** Ends everything under way. */
  dispose() {
    clearTimeout(this.timer)
    this.abort()
  }

  private abort() {
    clearTimeout(this.timer)
    for (const stop of this.flying.values()) stop.abort()
    this.flying.clear()
  }

  private set(change: Partial<RowsState>) {
    this.state = { ...this.state, ...change }
    for (const watcher of this.watchers) watcher()
  }

  private paint() {
    for (const painter of this.painters) painter()
  }

  private wanted(): number[] {
    const last = Math.max(1, Math.ceil((this.state.count ?? 1) / PAGE))
    const margin = Math.max(20, this.to - this.from)
    const first = Math.max(1, Math.floor(Math.max(0, this.from - margin) / PAGE) + 1)
    const end = Math.min(last, Math.floor((this.to + margin) / PAGE) + 1)
    const list: number[] = []
    for (let n = first; n <= end; n++) list.push(n)
    // What is in view goes before what is around it.
    const middle = (this.from + this.to) / 2 / PAGE + 0.5
    return list.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
  }

  private missing(): boolean {
    for (let n = Math.floor(this.from / PAGE) + 1; n <= Math.floor(this.to / PAGE) + 1; n++) if (!this.pages.has(n)) return true
    return false
  }

  private fill() {
    if (this.state.busy || this.now() < this.held) return
    const wanted = this.wanted()
    for (const [n, stop] of this.flying) {
      if (wanted.includes(n)) continue
      stop.abort()
      this.flying.delete(n)
    }
    for (const n of wanted) {
      const slot = this.pages.get(n)
      if (slot) slot.used = ++this.clock
      if (!slot || slot.stale) this.fetch(n, false)
    }
    this.drop()
  }

  private drop() {
    if (this.pages.size <= KEEP) return
    const old = [...this.pages].sort((a, b) => a[1].used - b[1].used).slice(0, this.pages.size - KEEP)
    for (const [n] of old) this.pages.delete(n)
  }

  private keep(n: number, rows: T[]) {
    this.pages.set(n, { rows, stale: false, used: ++this.clock })
  }

  private fetch(n: number, first: boolean) {
    const { read } = this
    if (!read || this.flying.has(n)) return
    const stop = new AbortController()
    this.flying.set(n, stop)
    read(n, stop.signal).then(
      (page) => {
        if (stop.signal.aborted) return
        this.flying.delete(n)
        if (first) this.pages = new Map()
        this.keep(n, page.results)
        if (first) this.set({ count: page.count, busy: false, error: null, generation: this.state.generation + 1 })
        else if (page.count !== this.state.count) this.recount(page.count)
        this.paint()
        if (first || n !== 1) this.fill()
      },
      (thrown: unknown) => {
        if (stop.signal.aborted) return
        this.flying.delete(n)
        if (thrown instanceof Problem && thrown.fault.retryAfter && !first) this.hold(thrown.fault.retryAfter)
        else this.set({ error: thrown, busy: false })
      },
    )
  }

  /** Others added or deleted records: what is in memory may stand elsewhere now. */
  private recount(count: number) {
    for (const [n, slot] of this.pages) {
      if (n > Math.ceil(count / PAGE)) this.pages.delete(n)
      else if (!this.flying.has(n)) slot.stale = slot.used !== this.clock
    }
    this.set({ count, error: null })
  }

  /** Too many requests: nothing is asked for until the server lets us. */
  private hold(seconds: number) {
    this.held = this.now() + seconds * 1000
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.fill(), seconds * 1000 + 50)
  }
}
