/** Draws sheets of the map, in a thread of its own: the page's has nothing to do but to move them. */
import type { Ink } from './ink'
import { seeds, type Layout } from './layout'
import { labels, paint, type Label, type Look, type Scene, type Surface, type View } from './paint'

/** What is told of the map. Each comes when it has changed, before the order that is to be drawn with it. */
export type Told =
  | { kind: 'map'; map: Layout; topics: readonly string[]; clusters: readonly string[] }
  | { kind: 'shade'; shade: Uint8Array }
  | { kind: 'keywords'; of: ReadonlyMap<number, readonly string[]> }
  | { kind: 'look'; look: Look; ink: Ink; font: string }
  | { kind: 'mark'; cluster: number }

/** One sheet to be drawn. */
export interface Order {
  kind: 'order'
  view: View
  /** In pixels of the page; the window begins `edge` pixels below the top. */
  width: number
  height: number
  edge: number
  /** Pixels of the sheet for one of the page. */
  ratio: number
  /** For a view that rests. */
  fine: boolean
}

const NAMES = { moving: 60, resting: 200 }

/** Everything that was told, and the canvas that it is drawn on. */
export class Draughtsman {
  private scene: Scene | null = null
  private topics: readonly string[] = []
  private clusters: readonly string[] = []
  private keywords: ReadonlyMap<number, readonly string[]> = new Map()
  private look: Look | null = null
  private ink: Ink = { name: '', halo: '', soft: '', ring: '' }
  private font = ''
  private marked = -1
  private readonly canvas = new OffscreenCanvas(1, 1)
  private readonly context = this.canvas.getContext('2d', { alpha: false })
  private pixels: (Surface & { image: ImageData }) | null = null

  tell(t: Told) {
    switch (t.kind) {
      case 'map': {
        const most = t.map.clusters.keywords.reduce((a, b) => Math.max(a, b), 0)
        this.scene = { map: t.map, seeds: seeds(most), shade: new Uint8Array(t.clusters.length) }
        this.topics = t.topics
        this.clusters = t.clusters
        break
      }
      case 'shade':
        if (this.scene) this.scene.shade = t.shade
        break
      case 'keywords':
        this.keywords = t.of
        break
      case 'look':
        this.look = t.look
        this.ink = t.ink
        this.font = t.font
        break
      case 'mark':
        this.marked = t.cluster
    }
  }

  draw(o: Order): ImageBitmap {
    const { scene, look, context: c } = this
    if (!scene || !look || !c) throw new Error('this browser draws no canvas')
    const pixels = this.sized(Math.round(o.width * o.ratio), Math.round(o.height * o.ratio))
    paint(pixels, scene, { ...o.view, k: o.view.k * o.ratio }, look, o.fine)
    c.setTransform(1, 0, 0, 1, 0, 0)
    c.putImageData(pixels.image, 0, 0)
    c.setTransform(o.ratio, 0, 0, o.ratio, 0, 0)
    this.ring(c, scene, o)
    const names = { topic: (t: number) => this.topics[t] ?? '', cluster: (i: number) => this.clusters[i] ?? '', keywords: (i: number) => this.keywords.get(i) }
    this.write(c, labels(scene, o.view, o.width, o.height, names, o.fine ? NAMES.resting : NAMES.moving, o.edge))
    return this.canvas.transferToImageBitmap()
  }

  private sized(width: number, height: number) {
    if (this.pixels?.width !== width || this.pixels.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
      const image = new ImageData(width, height)
      this.pixels = { pixels: new Uint32Array(image.data.buffer), width, height, image }
    }
    return this.pixels
  }

  private ring(c: OffscreenCanvasRenderingContext2D, { map: { clusters } }: Scene, { view, width, height }: Order) {
    const r = clusters.r[this.marked]
    if (r === undefined) return
    c.beginPath()
    c.arc(((clusters.x[this.marked] ?? 0) - view.x) * view.k + width / 2, ((clusters.y[this.marked] ?? 0) - view.y) * view.k + height / 2, Math.max(5, r * view.k + 2), 0, 2 * Math.PI)
    c.lineWidth = 2.5
    c.strokeStyle = this.ink.ring
    c.stroke()
  }

  private write(c: OffscreenCanvasRenderingContext2D, list: readonly Label[]) {
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.lineJoin = 'round'
    c.strokeStyle = this.ink.halo
    c.lineWidth = 3
    for (const kind of ['keyword', 'cluster', 'topic'] as const) {
      c.font = `${kind === 'topic' ? '600 12px' : kind === 'cluster' ? '500 11px' : '11px'} ${this.font}`
      c.fillStyle = kind === 'keyword' ? this.ink.soft : this.ink.name
      for (const l of list) {
        if (l.kind !== kind) continue
        c.strokeText(l.text, l.x, l.y)
        c.fillText(l.text, l.x, l.y)
      }
    }
  }
}
