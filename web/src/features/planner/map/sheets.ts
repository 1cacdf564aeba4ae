/** Shows sheets of the map that another thread draws: the newest one, and one of the whole map below it, where that has an end. */
import type { Order, Told } from './draw'
import { read } from './ink'
import type { Layout } from './layout'
import type { View } from './paint'
import { covers, placed, same, serves, type Extent, type Size } from './sheet'

/** How much of the window is drawn beyond each of its sides. */
const MARGIN = { moving: 0.3, resting: 0.12 }

/** What the map shows. Parts that are not there are as before. */
export interface Picture {
  map: Layout
  topics: readonly string[]
  clusters: readonly string[]
  /** By cluster: which of the look's colours it has. */
  shade: Uint8Array
  /** By cluster: its keywords, as far as they were read. */
  keywords: ReadonlyMap<number, readonly string[]>
}

/** A canvas, and what was drawn on it. */
interface Sheet extends Extent {
  canvas: HTMLCanvasElement
  context: ImageBitmapRenderingContext
  /** Of what was to be drawn; 0: it has nothing yet. */
  version: number
  fine: boolean
}

export interface Motion {
  moving: boolean
  /** Where the view is on its way to. */
  end: View
}

export class Sheets {
  private readonly whole: Sheet
  private readonly front: Sheet
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  /** What is being drawn. */
  private order: { o: Order; of: Sheet; version: number } | null = null
  /** Drawn before the view came to where it is shown. */
  private early: { picture: ImageBitmap; o: Order; version: number } | null = null
  private shown: Picture | null = null
  private marked = -1
  private window: Size = { width: 0, height: 0 }
  private version = 1

  /** `again` asks for a frame, when a sheet has been drawn; `fail` is told when none will be. */
  constructor(
    private readonly host: HTMLElement,
    private readonly again: () => void,
    fail: () => void,
  ) {
    this.whole = sheet(host)
    this.front = sheet(host)
    this.worker.addEventListener('message', (e: MessageEvent<ImageBitmap>) => this.came(e.data))
    this.worker.addEventListener('error', fail)
    this.restyle()
  }

  close() {
    this.worker.terminate()
    this.early?.picture.close()
    for (const s of [this.whole, this.front]) s.canvas.remove()
  }

  restyle() {
    const [look, ink] = read(this.host)
    this.tell({ kind: 'look', look, ink, font: getComputedStyle(this.host).fontFamily })
  }

  show(p: Picture) {
    const was = this.shown
    this.shown = p
    if (was?.map !== p.map) this.tell({ kind: 'map', map: p.map, topics: p.topics, clusters: p.clusters })
    if (was?.map !== p.map || was.shade !== p.shade) this.tell({ kind: 'shade', shade: p.shade })
    if (was?.keywords !== p.keywords) this.tell({ kind: 'keywords', of: p.keywords })
  }

  mark(cluster: number) {
    if (cluster === this.marked) return
    this.marked = cluster
    this.tell({ kind: 'mark', cluster })
  }

  resize(window: Size) {
    this.window = window
    this.version++
  }

  private tell(t: Told) {
    this.worker.postMessage(t)
    this.version++
  }

  /** One frame: what is there is moved to where it belongs, and what is not there is ordered. */
  frame(view: View, motion: Motion) {
    const { shown, window } = this
    if (!shown || window.width === 0 || window.height === 0) return
    const { radius } = shown.map
    if (this.early) {
      const { o, picture, version } = this.early
      if (covers(o, view, window, radius)) this.put(this.front, this.early)
      else if (version !== this.version || !same(o.view, motion.end)) {
        picture.close()
        this.early = null
      }
    }
    if (!this.order && !this.early) {
      if (this.wants(view, motion)) this.ask(this.front, this.cut(this.gap(view) ? view : motion.end, !motion.moving || !same(view, motion.end)))
      else if (!motion.moving && this.whole.version !== this.version) this.ask(this.whole, all(radius, window))
    }
    place(this.front, view, window)
    if (this.whole.version > 0) {
      const needed = this.gap(view)
      if (needed) place(this.whole, view, window)
      this.whole.canvas.style.visibility = needed ? 'visible' : 'hidden'
    }
  }

  private gap(view: View) {
    return this.front.version === 0 || !covers(this.front, view, this.window, this.shown?.map.radius ?? 1)
  }

  /** Whether what is shown is not what it should be. */
  private wants(view: View, { moving, end }: Motion): boolean {
    const s = this.front
    if (s.version !== this.version) return true
    if (!moving) return !(s.fine && same(s.view, view))
    return !serves(s, view, this.window, this.shown?.map.radius ?? 1) && !same(s.view, end)
  }

  private ask(of: Sheet, o: Order) {
    this.order = { o, of, version: this.version }
    this.worker.postMessage(o)
  }

  private cut(view: View, fine: boolean): Order {
    const { width, height } = this.window
    const margin = fine ? MARGIN.resting : MARGIN.moving
    const edge = Math.round(height * margin)
    return { kind: 'order', view, width: width + 2 * Math.round(width * margin), height: height + 2 * edge, edge, ratio: fine ? Math.min(2, devicePixelRatio) : 1, fine }
  }

  private came(picture: ImageBitmap) {
    if (!this.order) return
    const { o, of, version } = this.order
    this.order = null
    if (of === this.whole) this.put(of, { picture, o, version })
    else this.early = { picture, o, version }
    this.again()
  }

  private put(s: Sheet, { picture, o, version }: { picture: ImageBitmap; o: Order; version: number }) {
    s.context.transferFromImageBitmap(picture)
    if (s.width !== o.width || s.height !== o.height) Object.assign(s.canvas.style, { width: `${o.width}px`, height: `${o.height}px` })
    Object.assign(s, { view: o.view, width: o.width, height: o.height, fine: o.fine, version })
    if (s === this.front) {
      this.early = null
      s.canvas.style.visibility = 'visible'
    }
  }
}

/** An order of the whole map, to lie below. */
const all = (radius: number, { width, height }: Size): Order => ({ kind: 'order', view: { x: 0, y: 0, k: Math.max(width, height) / 2 / radius }, width: Math.max(width, height), height: Math.max(width, height), edge: 0, ratio: 1, fine: false })

function place(s: Sheet, view: View, window: Size) {
  const at = placed(s, view, window)
  s.canvas.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.scale})`
}

/** A canvas that the browser moves by itself. */
function sheet(host: HTMLElement): Sheet {
  const canvas = document.createElement('canvas')
  Object.assign(canvas.style, { position: 'absolute', left: '0', top: '0', transformOrigin: '0 0', willChange: 'transform', visibility: 'hidden', pointerEvents: 'none' })
  const context = canvas.getContext('bitmaprenderer', { alpha: false })
  if (!context) throw new Error('this browser draws no canvas')
  host.append(canvas)
  return { canvas, context, version: 0, fine: false, view: { x: 0, y: 0, k: 1 }, width: 0, height: 0 }
}
