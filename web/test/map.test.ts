import { expect, test } from 'vitest'
import { layout, pick, seed, seeds, type Topic } from '@/features/planner/map/layout'
import { disc, DOTS_FROM, labels, mix, paint, rgb, type Scene, type Surface } from '@/features/planner/map/paint'
import { MOST, sorted, tell } from '@/features/planner/map/search'
import { covers, placed, serves } from '@/features/planner/map/sheet'
import { matching, rowsOf, step } from '@/features/planner/map/tree'

/** What is there at a place of a list. */
function of<T>(list: ArrayLike<T>, i: number): T {
  const v = list[i]
  if (v === undefined) throw new Error(`nothing at ${i}`)
  return v
}

/** Topics of clusters of keywords, of sizes that differ. */
const site = (topics: number): Topic[] =>
  Array.from({ length: topics }, (_, t) => {
    const clusters = Array.from({ length: 1 + ((t * 7) % 9) }, (_, c) => ({ id: `clu_${t}_${c}`, name: `cluster ${t} ${c}`, keywords_count: 1 + ((t * 31 + c * 17) % 40), volume: 10 * c }))
    return { name: `topic ${t}`, keywords_count: clusters.reduce((n, c) => n + c.keywords_count, 0), clusters }
  })

test('no circle lies over another, and each is within what holds it', () => {
  const topics = site(120)
  const map = layout(topics)
  const { topics: ts, clusters: cs } = map
  const apart = (a: { x: Float64Array; y: Float64Array }, i: number, j: number) => Math.hypot(of(a.x, i) - of(a.x, j), of(a.y, i) - of(a.y, j))
  for (let i = 0; i < ts.r.length; i++) {
    expect(Math.hypot(of(ts.x, i), of(ts.y, i)) + of(ts.r, i)).toBeLessThanOrEqual(map.radius + 1e-6)
    for (let j = 0; j < i; j++) expect(apart(ts, i, j), `topics ${i} and ${j}`).toBeGreaterThanOrEqual(of(ts.r, i) + of(ts.r, j) - 1e-6)
  }
  for (let c = 0; c < cs.r.length; c++) {
    const t = of(cs.topic, c)
    expect(Math.hypot(of(cs.x, c) - of(ts.x, t), of(cs.y, c) - of(ts.y, t)) + of(cs.r, c)).toBeLessThanOrEqual(of(ts.r, t) + 1e-6)
    for (let d = of(map.first, t); d < c; d++) expect(apart(cs, c, d), `clusters ${c} and ${d}`).toBeGreaterThanOrEqual(of(cs.r, c) + of(cs.r, d) - 1e-6)
  }
  expect(layout(site(120))).toEqual(map)
})

test('keywords lie within their cluster, apart from each other', () => {
  const at = Array.from({ length: 400 }, (_, i) => seed(i))
  at.forEach((p, i) => expect(Math.hypot(p.x, p.y)).toBeLessThanOrEqual(Math.sqrt(i + 1)))
  for (let i = 0; i < 60; i++) for (let j = 0; j < i; j++) expect(Math.hypot(of(at, i).x - of(at, j).x, of(at, i).y - of(at, j).y)).toBeGreaterThan(1)
})

test('a place gives its cluster, its topic or nothing', () => {
  const map = layout(site(30))
  for (let c = 0; c < map.clusters.r.length; c++) expect(pick(map, of(map.clusters.x, c), of(map.clusters.y, c))).toEqual({ topic: map.clusters.topic[c], cluster: c })
  expect(pick(map, map.radius * 2, 0)).toBeNull()
  expect(pick(layout([]), 0, 0)).toBeNull()
})

const surface = (width: number, height: number): Surface => ({ pixels: new Uint32Array(width * height), width, height })

test('a disc covers about as many pixels as its area, wherever it lies, and none beyond the surface', () => {
  const white = rgb(255, 255, 255)
  for (const [x, y, r] of [[20, 20, 0.4], [20.3, 20.7, 1], [20, 20, 5.5], [20.2, 19.1, 12]] as const) {
    const s = surface(40, 40)
    disc(s, x, y, r, white)
    const sum = s.pixels.reduce((n, p) => n + (p & 255) / 255, 0)
    expect(Math.abs(sum - Math.PI * r * r), `${r}`).toBeLessThan(0.5 + 0.04 * Math.PI * r * r)
  }
  const s = surface(10, 10)
  for (const [x, y] of [[-3, 5], [5, -3], [13, 5], [5, 13], [-50, -50]] as const) disc(s, x, y, 4, white)
  expect(of(s.pixels, 5 * 10) & 255).toBeGreaterThan(200)
  expect(s.pixels[5 * 10 + 5]).toBe(0)
})

test('colours mix by parts', () => {
  expect(mix(rgb(0, 0, 0), rgb(255, 128, 64), 256)).toBe(rgb(255, 128, 64))
  expect(mix(rgb(10, 20, 30), rgb(255, 128, 64), 0)).toBe(rgb(10, 20, 30))
  expect(mix(rgb(0, 0, 0), rgb(200, 100, 50), 128)).toBe(rgb(100, 50, 25))
})

test('keywords are drawn one by one only where they can be seen', () => {
  const map = layout([{ name: 'tea', keywords_count: 100, clusters: [{ id: 'c', name: 'tea', keywords_count: 100, volume: 0 }] }])
  const scene: Scene = { map, seeds: seeds(100), shade: new Uint8Array(1) }
  const look = { page: rgb(0, 0, 0), topic: rgb(9, 9, 9), cluster: [rgb(50, 50, 50)], keyword: [rgb(255, 255, 255)] }
  const bright = (k: number) => {
    const s = surface(300, 300)
    paint(s, scene, { x: 0, y: 0, k }, look)
    return s.pixels.filter((p) => (p & 255) > 200).length
  }
  expect(bright(DOTS_FROM * 0.9)).toBe(0)
  expect(bright(8)).toBeGreaterThan(100)
  const names = { topic: () => 'tea', cluster: () => 'tea with milk', keywords: () => ['the first'] }
  const at = (k: number) => labels(scene, { x: 0, y: 0, k }, 300, 300, names, 99).map((l) => l.kind)
  expect(at(1)).toEqual([])
  expect(at(4)).toEqual(['topic'])
  expect(at(20)).toEqual(['cluster'])
  expect(at(60)).toContain('keyword')
})

test('names do not lie over each other', () => {
  const map = layout(site(60))
  const scene: Scene = { map, seeds: seeds(50), shade: new Uint8Array(map.clusters.r.length) }
  const list = labels(scene, { x: 0, y: 0, k: 12 }, 900, 700, { topic: (t) => `topic ${t}`, cluster: (c) => `cluster ${c}`, keywords: () => undefined }, 200)
  expect(list.length).toBeGreaterThan(5)
  // A name of a circle that begins above the window is at its top, also where the surface begins above it.
  const high = labels(scene, { x: of(map.topics.x, 7), y: of(map.topics.y, 7), k: 120 }, 900, 900, { topic: (t) => `topic ${t}`, cluster: (c) => `cluster ${c}`, keywords: () => undefined }, 200, 100)
  expect(high.find((l) => l.text === 'topic 7')?.y).toBe(113)
  for (const a of list) for (const b of list) if (a !== b) expect(Math.abs(a.y - b.y) >= 16 || Math.abs(a.x - b.x) >= (a.text.length + b.text.length) * 3.2).toBe(true)
})

const win = { width: 600, height: 400 }
const sheet = { view: { x: 10, y: -5, k: 4 }, width: 900, height: 600 }

test('a sheet is put where what is on it belongs', () => {
  expect(placed(sheet, sheet.view, win)).toEqual({ x: -150, y: -100, scale: 1 })
  for (const view of [{ x: 14, y: -9, k: 4 }, { x: 2, y: 3, k: 7 }, { x: 10, y: -5, k: 1 }]) {
    const at = placed(sheet, view, win)
    // A place of the map on the sheet, and in the window.
    for (const [x, y] of [[0, 0], [30, 20]] as const) {
      expect(((x - sheet.view.x) * 4 + 450) * at.scale + at.x).toBeCloseTo((x - view.x) * view.k + 300)
      expect(((y - sheet.view.y) * 4 + 300) * at.scale + at.y).toBeCloseTo((y - view.y) * view.k + 200)
    }
  }
})

test('a sheet that leaves a gap is told, and one that is worn out', () => {
  const at = (dx: number, k = 4) => ({ x: 10 + dx, y: -5, k })
  expect(covers(sheet, at(37.4), win, 1000)).toBe(true)
  expect(covers(sheet, at(37.6), win, 1000)).toBe(false)
  expect(covers(sheet, at(-37.6), win, 1000)).toBe(false)
  expect(covers(sheet, at(0, 4 / 1.49), win, 1000)).toBe(true)
  expect(covers(sheet, at(0, 4 / 1.51), win, 1000)).toBe(false)
  expect(covers(sheet, at(0, 0.1), win, 60), 'where the map ends there is nothing to cover').toBe(true)
  expect(serves(sheet, at(0), win, 1000)).toBe(true)
  expect(serves(sheet, at(35), win, 1000), 'near its edge').toBe(false)
  expect(serves(sheet, at(0, 4 * 1.5), win, 1000), 'no longer sharp').toBe(false)
  expect(serves(sheet, at(0, 4 * 0.7), win, 1000)).toBe(false)
})

const two: Topic[] = [
  { name: 'tea', keywords_count: 5, clusters: [{ id: 'a', name: 'green tea', keywords_count: 3, volume: 0 }, { id: 'b', name: 'black tea', keywords_count: 2, volume: 0 }] },
  { name: 'coffee', keywords_count: 1, clusters: [{ id: 'c', name: 'iced coffee', keywords_count: 1, volume: 0 }] },
]
const dots = new Map([['b', [{ id: 7, keyword: 'earl grey', cluster_id: 'b', volume: null, similarity: 1 }]]])

test('the list has what is open, with its place among its neighbours', () => {
  const ids = (open: string[], text = '') => rowsOf(two, new Set(open), matching(two, text), dots).map((r) => r.id)
  expect(ids([])).toEqual(['t0', 't1'])
  expect(ids(['t0', 'b'])).toEqual(['t0', 'a', 'b', 'k7', 't1'])
  expect(ids([], 'BLACK')).toEqual(['t0', 'b'])
  expect(ids([], 'coffee')).toEqual(['t1', 'c'])
  expect(ids([], 'nothing')).toEqual([])
  expect(rowsOf(two, new Set(['t0']), null, dots)[2]).toMatchObject({ level: 2, place: 2, of: 2, cluster: 1 })
})

test('keywords that are found stand below their clusters, which are open for it', () => {
  const list = [{ id: 4, keyword: 'loose earl grey' }, { id: 7, keyword: 'earl grey', cluster_id: 'b' }, { id: 8, keyword: 'grey tea', cluster_id: 'a' }, { id: 9, keyword: 'greyer', cluster_id: 'gone' }, { id: 10, keyword: 'greyest', cluster_id: 'b' }]
  const found = sorted('grey', list, 5, new Set(['a', 'b', 'c']))
  expect([...found.hits]).toEqual([['b', [{ id: 7, keyword: 'earl grey' }, { id: 10, keyword: 'greyest' }]], ['a', [{ id: 8, keyword: 'grey tea' }]]])
  expect(found).toMatchObject({ text: 'grey', count: 5, outside: 2, first: { hit: { id: 7 }, cluster: 'b' } })
  const rows = (open: string[]) => rowsOf(two, new Set(open), new Set([0, 1]), dots, found.hits).map((r) => r.id)
  expect(rows([])).toEqual(['t0', 'a', 'k8', 'b', 'k7', 'k10'])
  expect(rows(['b'])).toEqual(['t0', 'a', 'k8', 'b'])
  expect(rowsOf(two, new Set(), new Set([1]), dots, found.hits)[2]).toMatchObject({ id: 'k7', level: 3, place: 1, of: 2, cluster: 1 })
})

test('what a search has found is told, and what it has not looked at yet', () => {
  const none = sorted('tea', [], 0, new Set())
  expect(tell('tea', 2, null, false)).toBe('2 clusters found by name; looking for keywords…')
  expect(tell('te', 2, none, false)).toContain('looking for keywords')
  expect(tell('tea', 0, none, false)).toBe('0 clusters found by name; no keyword')
  expect(tell('tea', 1, null, true)).toBe('1 cluster found by name; keywords could not be searched')
  expect(tell('tea', 1, { ...none, count: 1 }, false)).toBe('1 cluster found by name; 1 keyword')
  expect(tell('tea', 1, { ...none, count: MOST + 1, outside: 3 }, false)).toBe('1 cluster found by name; 101 keywords, the first 100 are listed, 3 in no cluster')
})

test('keys go through the list as through every tree', () => {
  const rows = rowsOf(two, new Set(['t0', 'b']), null, dots)
  const to = (at: number, key: string) => step(rows, at, key, 3)
  expect(to(0, 'ArrowDown')).toEqual({ to: 1 })
  expect(to(0, 'ArrowUp')).toEqual({ to: 0 })
  expect(to(0, 'ArrowRight')).toEqual({ to: 1 })
  expect(to(1, 'ArrowRight')).toEqual({ to: 1, turn: true })
  expect(to(3, 'ArrowLeft')).toEqual({ to: 2 })
  expect(to(2, 'ArrowLeft')).toEqual({ to: 2, turn: true })
  expect(to(1, 'ArrowLeft')).toEqual({ to: 0 })
  expect(to(0, 'End')).toEqual({ to: 4 })
  expect(to(4, 'PageUp')).toEqual({ to: 1 })
  expect(to(3, 'ArrowRight')).toBeNull()
  expect(to(3, 'x')).toBeNull()
})
