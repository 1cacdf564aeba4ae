/** The window of the map: gestures, motion, and a frame when something changed. */
import { pick, type Layout } from './layout'
import type { View } from './paint'
import { Sheets, type Picture } from './sheets'

export interface Handlers {
  onPick: (at: { topic: number; cluster: number }) => void
  /** The view rests. */
  onRest: (view: View, width: number, height: number) => void
  /** Nothing will be drawn: the thread that draws did not start, or broke. */
  onFail: () => void
}

const MOST_ZOOM = 90
const REST_MS = 160
const FLY_MS = 260

/** Shows a scene in an element, and lets it be moved. Made once for an element; close() takes its listeners away. */
export class MapView {
  private view: View = { x: 0, y: 0, k: 1 }
  private map: Layout | null = null
  private readonly sheets: Sheets
  private frame = 0
  private rest = 0
  private moving = false
  private fly: { from: View; to: View; start: number } | null = null
  private readonly pointers = new Map<number, { x: number; y: number }>()
  private moved = 0
  private readonly stop = new AbortController()
  private readonly observer: ResizeObserver
  private width = 0
  private height = 0

  constructor(
    private readonly host: HTMLElement,
    private readonly handlers: Handlers,
  ) {
    this.sheets = new Sheets(host, () => this.draw(), () => handlers.onFail())
    const { signal } = this.stop
    host.addEventListener('wheel', (e) => this.onWheel(e), { signal, passive: false })
    host.addEventListener('pointerdown', (e) => this.onDown(e), { signal })
    host.addEventListener('pointermove', (e) => this.onMove(e), { signal })
    for (const end of ['pointerup', 'pointercancel'] as const) host.addEventListener(end, (e) => this.onUp(e), { signal })
    host.addEventListener('dblclick', (e) => this.zoom(2, this.place(e)), { signal })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.restyle(), { signal })
    this.observer = new ResizeObserver(() => this.resize())
    this.observer.observe(host)
    this.resize()
  }

  close() {
    this.stop.abort()
    this.observer.disconnect()
    this.sheets.close()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.rest)
  }

  /** Colours are read anew, after another theme was chosen. */
  restyle() {
    this.sheets.restyle()
    this.draw()
  }

  show(picture: Picture) {
    const fresh = this.map !== picture.map
    this.map = picture.map
    this.sheets.show(picture)
    if (fresh) this.fit()
    this.draw()
  }

  mark(cluster: number) {
    this.sheets.mark(cluster)
    this.draw()
  }

  /** Shows all of it. */
  fit() {
    if (this.map && this.width > 0) this.go({ x: 0, y: 0, k: (Math.min(this.width, this.height) / 2 / this.map.radius) * 0.98 }, false)
  }

  /** Zooms by a factor, about a place of the canvas or its middle. */
  zoom(by: number, about = { x: this.width / 2, y: this.height / 2 }, smooth = true) {
    const least = this.map ? (Math.min(this.width, this.height) / 2 / this.map.radius) * 0.6 : 0.1
    const from = this.fly?.to ?? this.view
    const k = Math.max(least, Math.min(MOST_ZOOM, from.k * by))
    const wx = (about.x - this.width / 2) / from.k + from.x
    const wy = (about.y - this.height / 2) / from.k + from.y
    this.go({ x: wx - (about.x - this.width / 2) / k, y: wy - (about.y - this.height / 2) / k, k }, smooth)
  }

  /** Brings a circle into the middle, all of it, so large that what is in it can be read. */
  goTo(x: number, y: number, r: number) {
    const room = Math.min(this.width, this.height) / 2
    const fit = (room / r) * 0.7
    this.go({ x, y, k: Math.min(MOST_ZOOM, this.view.k * r > room ? fit : Math.max(this.view.k, fit)) }, true)
  }

  private go(to: View, smooth: boolean) {
    this.fly = smooth && !matchMedia('(prefers-reduced-motion: reduce)').matches ? { from: { ...this.view }, to, start: performance.now() } : null
    if (!this.fly) this.view = to
    this.move()
  }

  private resize() {
    const first = this.width === 0
    this.width = this.host.clientWidth
    this.height = this.host.clientHeight
    this.sheets.resize({ width: this.width, height: this.height })
    if (first) this.fit()
    this.move()
  }

  /** Of the window: what lies in it is moved, so that the offset in it tells nothing. */
  private place(e: MouseEvent) {
    const box = this.host.getBoundingClientRect()
    return { x: e.clientX - box.left, y: e.clientY - box.top }
  }

  private onWheel(e: WheelEvent) {
    e.preventDefault()
    const pixels = e.deltaMode === 1 ? e.deltaY * 16 : e.deltaY
    this.zoom(Math.exp(-pixels * (e.ctrlKey ? 0.01 : 0.0016)), this.place(e), false)
  }

  private onDown(e: PointerEvent) {
    this.host.setPointerCapture(e.pointerId)
    this.pointers.set(e.pointerId, this.place(e))
    if (this.pointers.size === 1) this.moved = 0
    this.fly = null
  }

  private onMove(e: PointerEvent) {
    const before = this.pointers.get(e.pointerId)
    if (!before) return
    const now = this.place(e)
    const [other] = [...this.pointers].filter(([id]) => id !== e.pointerId).map(([, p]) => p)
    if (other) {
      const ratio = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y))
      this.zoom(ratio, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, false)
    } else {
      this.view = { ...this.view, x: this.view.x - (now.x - before.x) / this.view.k, y: this.view.y - (now.y - before.y) / this.view.k }
      this.move()
    }
    this.moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y)
    this.pointers.set(e.pointerId, now)
  }

  private onUp(e: PointerEvent) {
    const there = this.pointers.delete(e.pointerId)
    if (!there || e.type === 'pointercancel' || this.moved > 5 || this.pointers.size > 0 || !this.map) return
    const at = this.place(e)
    const found = pick(this.map, (at.x - this.width / 2) / this.view.k + this.view.x, (at.y - this.height / 2) / this.view.k + this.view.y)
    if (found) this.handlers.onPick(found)
  }

  /** Something moved: a frame, and one with all names when it has come to rest. */
  private move() {
    this.moving = true
    clearTimeout(this.rest)
    this.rest = window.setTimeout(() => {
      this.moving = false
      this.draw()
      this.handlers.onRest(this.view, this.width, this.height)
    }, REST_MS)
    this.draw()
  }

  private draw() {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.paint(now))
  }

  private paint(now: number) {
    this.frame = 0
    if (this.fly) {
      const share = Math.min(1, (now - this.fly.start) / FLY_MS)
      this.view = between(this.fly.from, this.fly.to, 1 - (1 - share) ** 3)
      if (share === 1) this.fly = null
      else this.move()
    }
    this.sheets.frame(this.view, { moving: this.moving, end: this.fly?.to ?? this.view })
  }
}

const between = (a: View, b: View, share: number): View => {
  const k = a.k * (b.k / a.k) ** share
  // The place moves as the zoom does, so that the way there is straight on the screen.
  const s = Math.abs(b.k - a.k) < 1e-9 ? share : (1 / a.k - 1 / k) / (1 / a.k - 1 / b.k)
  return { x: a.x + (b.x - a.x) * s, y: a.y + (b.y - a.y) * s, k }
}

