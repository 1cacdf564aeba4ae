/** What a grid does between its elements and its rows: scrolling, keys, clicks, the row that is active. */
import { toast } from '@/stores/toasts'
import type { GridColumn } from './columns'
import { Pool, ROW } from './pool'
import type { Rows } from './rows'
import { add, isSelected, nothing, toggle, type Selection } from './selection'

export interface EngineView<T, K extends string | number> {
  columns: readonly GridColumn<T>[]
  selection: Selection<K>
  rowKey: (row: T) => K
  onSelection: (selection: Selection<K>) => void
  onOpen?: ((row: T) => void) | undefined
  onActive?: ((row: T | undefined) => void) | undefined
  href?: ((row: T) => string) | undefined
}

/** The most rows that one range may take; more are what the filter and "all" are for. */
const RANGE = 1000
const MAIN = { wide: 260, narrow: 168 }
const CHECK = 36
const NARROW = 640

export class Engine<T, K extends string | number> {
  private view: EngineView<T, K> | undefined
  private readonly pool: Pool<T>
  private anchor = -1
  private frame = 0
  /** The cell that has a hint now; its row may be another's after the next paint. */
  private hinted: HTMLElement | null = null
  private readonly stops: (() => void)[] = []
  private readonly box: HTMLElement
  private readonly body: HTMLElement
  private readonly rows: Rows<T>

  constructor(box: HTMLElement, body: HTMLElement, rows: Rows<T>, id: string) {
    this.box = box
    this.body = body
    this.rows = rows
    this.pool = new Pool(body, rows, id, { columns: [], selected: () => false, active: -1 })
    const on = <N extends keyof HTMLElementEventMap>(target: HTMLElement, name: N, run: (e: HTMLElementEventMap[N]) => void) => {
      target.addEventListener(name, run)
      this.stops.push(() => target.removeEventListener(name, run))
    }
    const passive = () => this.schedule()
    box.addEventListener('scroll', passive, { passive: true })
    this.stops.push(() => box.removeEventListener('scroll', passive))
    on(box, 'keydown', (e) => this.key(e))
    on(body, 'mousedown', (e) => e.shiftKey && e.preventDefault())
    on(body, 'click', (e) => this.click(e))
    on(body, 'mouseover', (e) => this.hint(e.target))
    on(body, 'dblclick', (e) => this.open(this.indexOf(e.target)))
    this.stops.push(rows.onRows(() => this.schedule()))
    const sizes = new ResizeObserver(() => {
      this.layout()
      this.schedule()
    })
    sizes.observe(box)
    this.stops.push(() => sizes.disconnect())
    const selectAll = (e: KeyboardEvent) => {
      if (e.key.toLowerCase() === 'a' && (e.ctrlKey || e.metaKey) && e.target === document.body) this.key(e)
    }
    document.addEventListener('keydown', selectAll)
    this.stops.push(() => document.removeEventListener('keydown', selectAll))
  }

  dispose() {
    cancelAnimationFrame(this.frame)
    for (const stop of this.stops) stop()
    this.pool.clear()
  }

  update(view: EngineView<T, K>) {
    const before = this.view
    this.view = view
    if (before && before.columns === view.columns && before.selection === view.selection) return
    this.pool.set({ columns: view.columns, selected: (row) => isSelected(view.selection, view.rowKey(row)), href: view.href, active: this.pool.active })
    if (before?.columns !== view.columns) this.layout()
    this.schedule()
  }

  /** A new set of rows: back to the top. */
  restart() {
    this.anchor = -1
    this.pool.active = -1
    this.box.removeAttribute('aria-activedescendant')
    this.box.scrollTop = 0
    this.schedule()
  }

  get active(): T | undefined {
    return this.rows.at(this.pool.active)
  }

  /** Goes to another row; with `extend` the rows between are selected. */
  move(step: number, extend = false) {
    const count = this.rows.count ?? 0
    if (count === 0) return
    const from = this.pool.active
    // The first step goes to the row at the top of what is in view.
    const base = from < 0 ? Math.floor(this.box.scrollTop / ROW) - Math.sign(step) : from
    const to = Math.max(0, Math.min(count - 1, base + step))
    if (extend && this.anchor < 0) this.anchor = from < 0 ? to : from
    this.go(to)
    if (extend) void this.range(to)
    else this.anchor = to
  }

  /** `move` from anywhere on the page: the grid takes the focus, so that its other keys work too. */
  step(by: number) {
    this.box.focus({ preventScroll: true })
    this.move(by)
  }

  toggleActive() {
    const { view } = this
    const row = this.active
    if (!view || row === undefined) return
    this.anchor = this.pool.active
    view.onSelection(toggle(view.selection, view.rowKey(row)))
  }

  openActive() {
    this.open(this.pool.active)
  }

  private go(index: number) {
    this.pool.active = index
    const head = 36
    const room = this.box.clientHeight - head
    const top = index * ROW
    if (top < this.box.scrollTop) this.box.scrollTop = top
    else if (top + ROW > this.box.scrollTop + room) this.box.scrollTop = top + ROW - room
    this.paint()
    this.box.setAttribute('aria-activedescendant', this.pool.rowId(index))
    this.view?.onActive?.(this.rows.at(index))
  }

  private async range(to: number) {
    const { view } = this
    if (!view || this.anchor < 0) return
    const [low, high] = this.anchor < to ? [this.anchor, to] : [to, this.anchor]
    if (high - low >= RANGE) toast(`A range takes at most ${RANGE} rows`, { tone: 'info', detail: 'For more, narrow the filter and select all that it finds (Ctrl A).' })
    const rows = await this.rows.ensure(low, Math.min(high, low + RANGE - 1))
    this.view?.onSelection(add(this.view.selection, rows.map(view.rowKey)))
  }

  private open(index: number) {
    const row = this.rows.at(index)
    if (row !== undefined) this.view?.onOpen?.(row)
  }

  private indexOf(target: EventTarget | null): number {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    return line ? Number(line.dataset.index) : -1
  }

  /** Written when the pointer comes, not with every row. */
  private hint(target: EventTarget | null) {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[aria-colindex]') : null
    if (!cell || cell === this.hinted) return
    this.hinted?.removeAttribute('title')
    this.hinted = cell
    cell.title = this.pool.hint(this.indexOf(cell), Number(cell.ariaColIndex) - 2)
  }

  private click(e: MouseEvent) {
    const index = this.indexOf(e.target)
    const { view } = this
    const row = this.rows.at(index)
    if (!view || row === undefined || !(e.target instanceof Element)) return
    if (e.target.closest('.grid-check')) {
      if (e.shiftKey && this.anchor >= 0) void this.range(index)
      else view.onSelection(toggle(view.selection, view.rowKey(row)))
      if (!e.shiftKey) this.anchor = index
      this.mark(index)
      return
    }
    const link = e.target.closest('a')
    if (link && (e.metaKey || e.ctrlKey || e.shiftKey)) return
    e.preventDefault()
    if (e.shiftKey && this.anchor >= 0) {
      void this.range(index)
      this.mark(index)
      return
    }
    this.anchor = index
    this.mark(index)
    if (e.target.closest('.grid-main')) this.open(index)
  }

  private mark(index: number) {
    this.go(index)
    this.box.focus({ preventScroll: true })
  }

  private key(e: KeyboardEvent) {
    if (e.altKey || (e.target !== this.box && e.target !== document.body)) return
    const mod = e.ctrlKey || e.metaKey
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 2)
    const doing: Partial<Record<string, () => void>> = mod
      ? { a: () => this.view?.onSelection({ all: true }), Home: () => this.move(-Infinity), End: () => this.move(Infinity) }
      : {
          ArrowDown: () => this.move(1, e.shiftKey),
          ArrowUp: () => this.move(-1, e.shiftKey),
          j: () => this.move(1),
          k: () => this.move(-1),
          J: () => this.move(1, true),
          K: () => this.move(-1, true),
          PageDown: () => this.move(page, e.shiftKey),
          PageUp: () => this.move(-page, e.shiftKey),
          Home: () => this.move(-Infinity, e.shiftKey),
          End: () => this.move(Infinity, e.shiftKey),
          ' ': () => (e.shiftKey ? void this.range(this.pool.active) : this.toggleActive()),
          x: () => this.toggleActive(),
          Enter: () => this.openActive(),
          ...(this.view && (this.view.selection.all || this.view.selection.ids.size > 0) ? { Escape: () => this.view?.onSelection(nothing) } : {}),
        }
    const run = doing[e.key]
    if (!run) return
    e.preventDefault()
    run()
  }

  private schedule() {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.paint()
    })
  }

  private paint() {
    const height = this.box.clientHeight
    if (height === 0) return
    const total = `${(this.rows.count ?? Math.ceil(height / ROW)) * ROW}px`
    if (this.body.style.height !== total) this.body.style.height = total
    this.hinted?.removeAttribute('title')
    this.hinted = null
    const seen = this.pool.paint(this.box.scrollTop, height)
    this.rows.view(seen.from, seen.to)
  }

  /** The widths of the columns, as variables that rows and head share. */
  private layout() {
    const columns = this.view?.columns ?? []
    const main = this.box.clientWidth < NARROW ? MAIN.narrow : MAIN.wide
    const rest = columns.slice(1)
    const fixed = CHECK + main + rest.reduce((sum, c) => sum + c.width, 0)
    this.box.style.setProperty('--grid-cols', `${CHECK}px minmax(${main}px, 1fr)${rest.map((c) => ` ${c.width}px`).join('')}`)
    this.box.style.setProperty('--grid-width', `${fixed}px`)
    // Cells that stick are layers of their own, which cost on each frame: only where one can scroll sideways.
    this.box.toggleAttribute('data-pans', fixed > this.box.clientWidth)
  }
}
