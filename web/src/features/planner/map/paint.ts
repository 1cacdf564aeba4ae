/** Draws the map into pixels, with as much detail as can be seen: a frame takes the same few milliseconds however much there is. */
import type { Layout, seeds } from './layout'

/** The place in the middle of the window, and how many pixels a unit of the map has. */
export interface View {
  x: number
  y: number
  k: number
}

export interface Surface {
  pixels: Uint32Array
  width: number
  height: number
}

/** Colours as pixels have them: alpha, blue, green, red. */
export interface Look {
  page: number
  topic: number
  /** By shade of a cluster. */
  cluster: readonly number[]
  keyword: readonly number[]
}

/** Keywords are drawn one by one from so many pixels a unit on. */
export const DOTS_FROM = 2.6

export const rgb = (r: number, g: number, b: number) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0

/** A colour between two; `share` of the second is 0 to 256. */
export function mix(a: number, b: number, share: number): number {
  const keep = 256 - share
  const rb = (((a & 0xff00ff) * keep + (b & 0xff00ff) * share) >>> 8) & 0xff00ff
  const g = (((a & 0x00ff00) * keep + (b & 0x00ff00) * share) >>> 8) & 0x00ff00
  return (0xff000000 | rb | g) >>> 0
}

/** A filled circle; the ends of its rows are soft. One root a row: thousands of them are drawn in a frame. */
export function disc(s: Surface, x: number, y: number, r: number, color: number): void {
  const { pixels, width, height } = s
  if (r < 0.8) {
    dot(s, x, y, r, color)
    return
  }
  const rr = r * r
  const top = Math.max(0, Math.ceil(y - r - 0.5))
  const bottom = Math.min(height - 1, Math.floor(y + r - 0.5))
  for (let py = top; py <= bottom; py++) {
    const dy = py + 0.5 - y
    const half = Math.sqrt(rr - dy * dy)
    const left = x - half
    const right = x + half
    if (right <= 0 || left >= width) continue
    const row = py * width
    const from = Math.max(0, Math.ceil(left))
    const to = Math.min(width, Math.floor(right))
    if (to - from > 24) pixels.fill(color, row + from, row + to)
    else for (let px = row + from; px < row + to; px++) pixels[px] = color
    if (from > to) continue
    if (left >= 0 && from > left) pixels[row + from - 1] = mix(pixels[row + from - 1] ?? 0, color, ((from - left) * 256) | 0)
    if (right < width && to < right) pixels[row + to] = mix(pixels[row + to] ?? 0, color, ((right - to) * 256) | 0)
  }
}

/** What is smaller than a pixel: a pixel with as much of the colour as it covers. */
function dot(s: Surface, x: number, y: number, r: number, color: number) {
  const px = Math.floor(x)
  const py = Math.floor(y)
  if (px < 0 || py < 0 || px >= s.width || py >= s.height) return
  const at = py * s.width + px
  s.pixels[at] = mix(s.pixels[at] ?? 0, color, Math.min(256, (r * r * 804) | 0))
}

/** A small square, for what moves. */
function square(s: Surface, x: number, y: number, side: number, color: number) {
  const from = Math.max(0, Math.round(x - side / 2))
  const to = Math.min(s.width, Math.round(x - side / 2) + side)
  const bottom = Math.min(s.height, Math.round(y - side / 2) + side)
  for (let py = Math.max(0, Math.round(y - side / 2)); py < bottom; py++) for (let px = from; px < to; px++) s.pixels[py * s.width + px] = color
}

export interface Scene {
  map: Layout
  seeds: ReturnType<typeof seeds>
  /** By cluster: which of the look's colours it has. */
  shade: Uint8Array
}

/** Draws all that the view shows; `fine` when it rests, else what is small is squares. */
export function paint(s: Surface, scene: Scene, view: View, look: Look, fine = true): void {
  const { map } = scene
  s.pixels.fill(look.page)
  const ox = s.width / 2 - view.x * view.k
  const oy = s.height / 2 - view.y * view.k
  const { x, y, r } = map.topics
  for (let t = 0; t < r.length; t++) {
    const cx = (x[t] ?? 0) * view.k + ox
    const cy = (y[t] ?? 0) * view.k + oy
    const cr = (r[t] ?? 0) * view.k
    if (cx + cr < 0 || cy + cr < 0 || cx - cr > s.width || cy - cr > s.height) continue
    disc(s, cx, cy, cr, look.topic)
    for (let c = map.first[t] ?? 0; c < (map.first[t + 1] ?? 0); c++) cluster(s, scene, c, view.k, ox, oy, look, fine)
  }
}

function cluster(s: Surface, scene: Scene, c: number, k: number, ox: number, oy: number, look: Look, fine: boolean) {
  const { x, y, r, keywords } = scene.map.clusters
  const cx = (x[c] ?? 0) * k + ox
  const cy = (y[c] ?? 0) * k + oy
  const cr = (r[c] ?? 0) * k
  if (cx + cr < 0 || cy + cr < 0 || cx - cr > s.width || cy - cr > s.height) return
  const shade = scene.shade[c] ?? 0
  disc(s, cx, cy, cr, look.cluster[shade] ?? 0)
  if (k < DOTS_FROM) return
  const color = look.keyword[shade] ?? 0
  const size = Math.min(0.4 * k, 5)
  const side = fine || size > 2.2 ? 0 : Math.max(1, Math.round(size * 1.77))
  const n = Math.min(keywords[c] ?? 0, scene.seeds.x.length)
  for (let i = 0; i < n; i++) {
    const px = cx + (scene.seeds.x[i] ?? 0) * k
    const py = cy + (scene.seeds.y[i] ?? 0) * k
    if (px < -size || py < -size || px > s.width + size || py > s.height + size) continue
    if (side > 0) square(s, px, py, side, color)
    else disc(s, px, py, size, color)
  }
}

export interface Label {
  text: string
  x: number
  y: number
  kind: 'topic' | 'cluster' | 'keyword'
}

export interface Named {
  topic: (t: number) => string
  cluster: (c: number) => string
  /** Keywords of a cluster as far as they were read. */
  keywords: (c: number) => readonly string[] | undefined
}

/** From how many pixels on a thing has its name. */
const TOPIC_FROM = 25
const CLUSTER_FROM = 30
const KEYWORDS_FROM = 22
/** From how many pixels on a topic's clusters have their own. */
const NEAR = 90

/** Names that have room, the largest first; none lies over another. The window begins `edge` pixels below the surface's top. */
export function labels(scene: Scene, view: View, width: number, height: number, names: Named, most: number, edge = 0): Label[] {
  const { map } = scene
  /** At the top of a circle, or of the window where that is above it. */
  const within = (y: number, r: number) => Math.min(y + r - 12, Math.max(y - r + 13, edge + 13))
  const at = (x: number, y: number) => ({ x: (x - view.x) * view.k + width / 2, y: (y - view.y) * view.k + height / 2 })
  const found: (Label & { size: number })[] = []
  for (let t = 0; t < map.topics.r.length; t++) {
    const r = (map.topics.r[t] ?? 0) * view.k
    if (r < TOPIC_FROM) continue
    const p = at(map.topics.x[t] ?? 0, map.topics.y[t] ?? 0)
    if (p.x + r < 0 || p.y + r < 0 || p.x - r > width || p.y - r > height) continue
    const from = map.first[t] ?? 0
    const to = map.first[t + 1] ?? 0
    const near = r >= NEAR
    // Where its clusters have names of their own, the topic's stands above them; that of one cluster is the cluster's.
    if (to - from > 1 || !near) found.push({ kind: 'topic', text: names.topic(t), x: p.x, y: near ? within(p.y, r) : p.y, size: r * 2 })
    if (!near) continue
    for (let c = from; c < to; c++) cluster(c)
  }
  function cluster(c: number) {
    const r = (map.clusters.r[c] ?? 0) * view.k
    if (r < CLUSTER_FROM) return
    const p = at(map.clusters.x[c] ?? 0, map.clusters.y[c] ?? 0)
    if (p.x + r < 0 || p.y + r < 0 || p.x - r > width || p.y - r > height) return
    const keywords = view.k >= KEYWORDS_FROM ? names.keywords(c) : undefined
    found.push({ kind: 'cluster', text: names.cluster(c), x: p.x, y: keywords ? within(p.y, r) : p.y, size: r })
    keywords?.forEach((w, i) => found.push({ kind: 'keyword', text: w, x: p.x + (scene.seeds.x[i] ?? 0) * view.k, y: p.y + (scene.seeds.y[i] ?? 0) * view.k + 12, size: view.k }))
  }
  found.sort((a, b) => b.size - a.size)
  const out: Label[] = []
  const boxes: [number, number, number, number][] = []
  for (const { size, ...l } of found) {
    if (out.length >= most) break
    const room = l.kind === 'keyword' ? size * 2.4 : l.kind === 'topic' ? Math.max(size, 110) : size * 2
    const letters = Math.max(4, Math.floor(room / 6))
    const text = l.text.length > letters ? `${l.text.slice(0, letters - 1)}…` : l.text
    const half = text.length * 3.2
    if (l.x + half < 0 || l.x - half > width || l.y < 0 || l.y > height) continue
    const box: [number, number, number, number] = [l.x - half, l.y - 8, l.x + half, l.y + 8]
    if (boxes.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue
    boxes.push(box)
    out.push({ ...l, text })
  }
  return out
}
