/** The canvas of the map: gestures, motion, and a frame when something changed. */
import { type Layout, pick } from './layout'
import { labels, type Label, type Look, type Named, paint, rgb, type Scene, type Surface, type View } from './paint'

export interface Handlers {
  onPick: (at: { topic: number; cluster: number }) => void
  /** The view rests. */
  onRest: (view: View, width: number, height: number) => void
}

interface Ink {
  name: string
  halo: string
  soft: string
  ring: string
}

const MOST_ZOOM = 90
const REST_MS = 160
const FLY_MS = 260
const LABELS = { moving: 14, resting: 140 }

/** Draws a scene on a canvas, and lets it be moved. Made once for a canvas; close() takes its listeners away. */
export class MapView {
  private view: View = { x: 0, y: 0, k: 1 }
  private scene: Scene | null = null
  private names: Named | null = null
  private marked = -1
  private surface: (Surface & { image: ImageData }) | null = null
  private look: Look
  private ink: Ink
  private frame = 0
  private rest = 0
  private moving = false
  private fly: { from: View; to: View; start: number } | null = null
  private readonly pointers = new Map<number, { x: number; y: number }>()
  private moved = 0
  private readonly context: CanvasRenderingContext2D
  private readonly stop = new AbortController()
  private readonly observer: ResizeObserver
  private width = 0
  private height = 0

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly handlers: Handlers,
  ) {
    const context = canvas.getContext('2d', { alpha: false })
    if (!context) throw new Error('this browser draws no canvas')
    this.context = context
    ;[this.look, this.ink] = read(canvas)
    const { signal } = this.stop
    canvas.addEventListener('wheel', (e) => this.onWheel(e), { signal, passive: false })
    canvas.addEventListener('pointerdown', (e) => this.onDown(e), { signal })
    canvas.addEventListener('pointermove', (e) => this.onMove(e), { signal })
    for (const end of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(end, (e) => this.onUp(e), { signal })
    canvas.addEventListener('dblclick', (e) => this.zoom(2, this.place(e)), { signal })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.restyle(), { signal })
    this.observer = new ResizeObserver(() => this.resize())
    this.observer.observe(canvas)
    this.resize()
  }

  close() {
    this.stop.abort()
    this.observer.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.rest)
  }

  /** Colours are read anew, after another theme was chosen. */
  restyle() {
    ;[this.look, this.ink] = read(this.canvas)
    this.draw()
  }

  show(scene: Scene, names: Named) {
    const fresh = this.scene?.map !== scene.map
    this.scene = scene
    this.names = names
    if (fresh) this.fit()
    this.draw()
  }

  mark(cluster: number) {
    this.marked = cluster
    this.draw()
  }

  /** Shows all of it. */
  fit() {
    if (this.scene && this.width > 0) this.go({ x: 0, y: 0, k: (Math.min(this.width, this.height) / 2 / this.scene.map.radius) * 0.98 }, false)
  }

  /** Zooms by a factor, about a place of the canvas or its middle. */
  zoom(by: number, about = { x: this.width / 2, y: this.height / 2 }, smooth = true) {
    const least = this.scene ? (Math.min(this.width, this.height) / 2 / this.scene.map.radius) * 0.6 : 0.1
    const from = this.fly?.to ?? this.view
    const k = Math.max(least, Math.min(MOST_ZOOM, from.k * by))
    const wx = (about.x - this.width / 2) / from.k + from.x
    const wy = (about.y - this.height / 2) / from.k + from.y
    this.go({ x: wx - (about.x - this.width / 2) / k, y: wy - (about.y - this.height / 2) / k, k }, smooth)
  }

  /** Brings a circle into the middle, so large that what is in it can be read. */
  goTo(x: number, y: number, r: number) {
    const room = Math.min(this.width, this.height) / 2
    this.go({ x, y, k: Math.min(MOST_ZOOM, Math.max(this.view.k, (room / r) * 0.7)) }, true)
  }

  private go(to: View, smooth: boolean) {
    this.fly = smooth && !matchMedia('(prefers-reduced-motion: reduce)').matches ? { from: { ...this.view }, to, start: performance.now() } : null
    if (!this.fly) this.view = to
    this.move()
  }

  private resize() {
    const first = this.width === 0
    this.width = this.canvas.clientWidth
    this.height = this.canvas.clientHeight
    if (first) this.fit()
    this.move()
  }

  private place(e: { offsetX: number; offsetY: number }) {
    return { x: e.offsetX, y: e.offsetY }
  }

  private onWheel(e: WheelEvent) {
    e.preventDefault()
    const pixels = e.deltaMode === 1 ? e.deltaY * 16 : e.deltaY
    this.zoom(Math.exp(-pixels * (e.ctrlKey ? 0.01 : 0.0016)), this.place(e), false)
  }

  private onDown(e: PointerEvent) {
    this.canvas.setPointerCapture(e.pointerId)
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
    if (!there || e.type === 'pointercancel' || this.moved > 5 || this.pointers.size > 0 || !this.scene) return
    const at = this.place(e)
    const found = pick(this.scene.map, (at.x - this.width / 2) / this.view.k + this.view.x, (at.y - this.height / 2) / this.view.k + this.view.y)
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
    const { scene, width, height } = this
    if (!scene || width === 0 || height === 0) return
    // Pixels of the screen when it rests; fewer while it moves.
    const ratio = this.moving ? 1 : Math.min(2, devicePixelRatio)
    const s = this.sized(Math.round(width * ratio), Math.round(height * ratio))
    paint(s, scene, { ...this.view, k: this.view.k * ratio }, this.look, !this.moving)
    this.context.setTransform(1, 0, 0, 1, 0, 0)
    this.context.putImageData(s.image, 0, 0)
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.ring(scene.map)
    if (this.names) this.write(labels(scene, this.view, width, height, this.names, this.moving ? LABELS.moving : LABELS.resting))
  }

  private sized(width: number, height: number) {
    if (this.surface?.width !== width || this.surface.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
      const image = this.context.createImageData(width, height)
      this.surface = { pixels: new Uint32Array(image.data.buffer), width, height, image }
    }
    return this.surface
  }

  private ring(map: Layout) {
    const r = map.clusters.r[this.marked]
    if (r === undefined) return
    this.context.beginPath()
    this.context.arc(((map.clusters.x[this.marked] ?? 0) - this.view.x) * this.view.k + this.width / 2, ((map.clusters.y[this.marked] ?? 0) - this.view.y) * this.view.k + this.height / 2, Math.max(5, r * this.view.k + 2), 0, 2 * Math.PI)
    this.context.lineWidth = 2.5
    this.context.strokeStyle = this.ink.ring
    this.context.stroke()
  }

  private write(list: readonly Label[]) {
    const c = this.context
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.lineJoin = 'round'
    for (const kind of ['keyword', 'cluster', 'topic'] as const) {
      c.font = `${kind === 'topic' ? '600 12px' : kind === 'cluster' ? '500 11px' : '11px'} ${this.family()}`
      c.fillStyle = kind === 'keyword' ? this.ink.soft : this.ink.name
      c.strokeStyle = this.ink.halo
      c.lineWidth = 3
      for (const l of list) {
        if (l.kind !== kind) continue
        if (!this.moving) c.strokeText(l.text, l.x, l.y)
        c.fillText(l.text, l.x, l.y)
      }
    }
  }

  private font = ''
  private family() {
    return (this.font ||= getComputedStyle(this.canvas).fontFamily)
  }
}

const between = (a: View, b: View, share: number): View => {
  const k = a.k * (b.k / a.k) ** share
  // The place moves as the zoom does, so that the way there is straight on the screen.
  const s = Math.abs(b.k - a.k) < 1e-9 ? share : (1 / a.k - 1 / k) / (1 / a.k - 1 / b.k)
  return { x: a.x + (b.x - a.x) * s, y: a.y + (b.y - a.y) * s, k }
}

/** How many shades of clusters there are: by searches, then those left alone, then those that are not looked for. */
export const SHADES = 5
export const ALONE = SHADES
export const FADED = SHADES + 1

/** The colours of the theme that is on, as the canvas needs them. */
function read(canvas: HTMLCanvasElement): [Look, Ink] {
  const probe = document.createElement('i')
  canvas.after(probe)
  const css = (name: string) => {
    probe.style.color = `var(--color-${name})`
    return getComputedStyle(probe).color
  }
  const parts = (name: string) => (css(name).match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
  const flat = (name: string): number => {
    const [r = 0, g = 0, b = 0] = parts(name)
    return rgb(r, g, b)
  }
  const part = (a: string, b: string, share: number): number => {
    const [from, to] = [parts(a), parts(b)]
    const at = (i: number) => Math.round((from[i] ?? 0) + ((to[i] ?? 0) - (from[i] ?? 0)) * share)
    return rgb(at(0), at(1), at(2))
  }
  const shades = Array.from({ length: SHADES }, (_, i) => 0.14 + (0.62 * i) / (SHADES - 1))
  const look: Look = {
    page: flat('page'),
    topic: part('page', 'edge', 0.16),
    cluster: [...shades.map((s) => part('panel', 'ember', s)), part('panel', 'edge', 0.3), part('page', 'edge', 0.26)],
    keyword: [...shades.map((s) => part('panel', 'ember', Math.min(1, s + 0.3))), part('panel', 'edge', 0.6), part('page', 'edge', 0.4)],
  }
  const ink: Ink = { name: css('ink'), halo: css('panel'), soft: css('ink'), ring: css('ink') }
  probe.remove()
  return [look, ink]
}
