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
export const DOTS_FROM = 2

export const rgb = (r: number, g: number, b: number) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0

/** A colour between two; `share` of the second is 0 to 256. */
export function mix(a: number, b: number, share: number): number {
  const keep = 256 - share
  const rb = (((a & 0xff00ff) * keep + (b & 0xff00ff) * share) >>> 8) & 0xff00ff
  const g = (((a & 0x00ff00) * keep + (b & 0x00ff00) * share) >>> 8) & 0x00ff00
  return (0xff000000 | rb | g) >>> 0
}

/** A filled circle with a soft edge. */
export function disc(s: Surface, x: number, y: number, r: number, color: number): void {
  const { pixels, width, height } = s
  if (r < 0.8) {
    const px = Math.round(x - 0.5)
    const py = Math.round(y - 0.5)
    if (px >= 0 && py >= 0 && px < width && py < height) {
      const at = py * width + px
      pixels[at] = mix(pixels[at] ?? 0, color, Math.min(256, Math.round(r * r * 804)))
    }
    return
  }
  const top = Math.max(0, Math.floor(y - r - 0.5))
  const bottom = Math.min(height - 1, Math.ceil(y + r + 0.5))
  const inner = r - 0.5
  const outer = r + 0.5
  for (let py = top; py <= bottom; py++) {
    const dy = py + 0.5 - y
    const reach = outer * outer - dy * dy
    if (reach <= 0) continue
    const half = Math.sqrt(reach)
    const from = Math.max(0, Math.ceil(x - half - 0.5))
    const to = Math.min(width - 1, Math.floor(x + half - 0.5))
    if (from > to) continue
    const full = inner * inner - dy * dy
    let left = to + 1
    let right = to
    if (inner > 0 && full > 0) {
      const solid = Math.sqrt(full)
      left = Math.min(to + 1, Math.max(from, Math.ceil(x - solid - 0.5)))
      right = Math.max(left - 1, Math.min(to, Math.floor(x + solid - 0.5)))
      if (right >= left) pixels.fill(color, py * width + left, py * width + right + 1)
      else right = left - 1
    }
    for (let px = from; px < left; px++) edge(pixels, py * width + px, px + 0.5 - x, dy, outer, color)
    for (let px = right + 1; px <= to; px++) edge(pixels, py * width + px, px + 0.5 - x, dy, outer, color)
  }
}

function edge(pixels: Uint32Array, at: number, dx: number, dy: number, outer: number, color: number) {
  const cover = outer - Math.sqrt(dx * dx + dy * dy)
  if (cover > 0) pixels[at] = mix(pixels[at] ?? 0, color, cover >= 1 ? 256 : Math.round(cover * 256))
}

export interface Scene {
  map: Layout
  seeds: ReturnType<typeof seeds>
  /** By cluster: which of the look's colours it has. */
  shade: Uint8Array
}

/** Draws all that the view shows. */
export function paint(s: Surface, scene: Scene, view: View, look: Look): void {
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
    for (let c = map.first[t] ?? 0; c < (map.first[t + 1] ?? 0); c++) cluster(s, scene, c, view.k, ox, oy, look)
  }
}

function cluster(s: Surface, scene: Scene, c: number, k: number, ox: number, oy: number, look: Look) {
  const { x, y, r, keywords } = scene.map.clusters
  const cx = (x[c] ?? 0) * k + ox
  const cy = (y[c] ?? 0) * k + oy
  const cr = (r[c] ?? 0) * k
  if (cx + cr < 0 || cy + cr < 0 || cx - cr > s.width || cy - cr > s.height) return
  const shade = scene.shade[c] ?? 0
  disc(s, cx, cy, cr, look.cluster[shade] ?? 0)
  if (k < DOTS_FROM) return
  const color = look.keyword[shade] ?? 0
  const dot = Math.min(0.4 * k, 5)
  const n = Math.min(keywords[c] ?? 0, scene.seeds.x.length)
  for (let i = 0; i < n; i++) {
    const px = cx + (scene.seeds.x[i] ?? 0) * k
    const py = cy + (scene.seeds.y[i] ?? 0) * k
    if (px > -dot && py > -dot && px < s.width + dot && py < s.height + dot) disc(s, px, py, dot, color)
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
  keywords: (c: number) => readonly { keyword: string }[] | undefined
}

/** From how many pixels on a thing has its name. */
const TOPIC_FROM = 25
const CLUSTER_FROM = 30
const KEYWORDS_FROM = 22
/** From how many pixels on a topic's clusters have their own. */
const NEAR = 90

/** At the top of a circle, or of the window where that is above it. */
const within = (y: number, r: number) => Math.min(y + r - 12, Math.max(y - r + 13, 13))

/** Names that have room, the largest first; none lies over another. */
export function labels(scene: Scene, view: View, width: number, height: number, names: Named, most: number): Label[] {
  const { map } = scene
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
    keywords?.forEach((w, i) => found.push({ kind: 'keyword', text: w.keyword, x: p.x + (scene.seeds.x[i] ?? 0) * view.k, y: p.y + (scene.seeds.y[i] ?? 0) * view.k + 12, size: view.k }))
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
