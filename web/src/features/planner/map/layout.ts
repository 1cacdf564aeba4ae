/** Where topics, clusters and keywords lie on the map: circles in circles. The same data give the same map. */
import { packEnclose, packSiblings } from 'd3-hierarchy'
import type { ClusterMap } from '@/api/types'

export type Topic = ClusterMap['topics'][number]
export type Spot = Topic['clusters'][number]

export interface Circles {
  x: Float64Array
  y: Float64Array
  r: Float64Array
}

export interface Layout {
  /** Of the circle around all of it, whose middle is 0, 0. */
  radius: number
  topics: Circles
  clusters: Circles & { keywords: Int32Array; topic: Int32Array }
  /** By topic, its first cluster; one more than topics. */
  first: Int32Array
}

const circles = (n: number): Circles => ({ x: new Float64Array(n), y: new Float64Array(n), r: new Float64Array(n) })

/** Room around a cluster's keywords, and around a topic's clusters, where a keyword's own circle has the radius 1. */
const CLUSTER_ROOM = 0.4
const TOPIC_ROOM = 0.8
const BETWEEN = 0.5

/** A keyword has the same room everywhere: a circle's area is its number of keywords. */
const radiusOf = (keywords: number) => Math.sqrt(Math.max(1, keywords)) + CLUSTER_ROOM

export function layout(topics: readonly Topic[]): Layout {
  const total = topics.reduce((n, t) => n + t.clusters.length, 0)
  const out: Layout = { radius: 1, topics: circles(topics.length), clusters: { ...circles(total), keywords: new Int32Array(total), topic: new Int32Array(total) }, first: new Int32Array(topics.length + 1) }
  let n = 0
  const around = topics.map((topic, t) => {
    out.first[t] = n
    const inner = packSiblings(topic.clusters.map((c) => ({ r: radiusOf(c.keywords_count) + BETWEEN / 2, x: 0, y: 0 })))
    const hull = inner.length > 0 ? packEnclose(inner) : { x: 0, y: 0, r: 1 }
    topic.clusters.forEach((c, i) => {
      const at = inner[i]
      if (!at) return
      out.clusters.x[n] = at.x - hull.x
      out.clusters.y[n] = at.y - hull.y
      out.clusters.r[n] = at.r - BETWEEN / 2
      out.clusters.keywords[n] = c.keywords_count
      out.clusters.topic[n] = t
      n++
    })
    return { r: hull.r + TOPIC_ROOM + BETWEEN, x: 0, y: 0 }
  })
  out.first[topics.length] = n
  packSiblings(around)
  const hull = around.length > 0 ? packEnclose(around) : { x: 0, y: 0, r: 1 }
  out.radius = hull.r
  around.forEach((at, t) => {
    const x = at.x - hull.x
    const y = at.y - hull.y
    out.topics.x[t] = x
    out.topics.y[t] = y
    out.topics.r[t] = at.r - BETWEEN
    for (let c = out.first[t] ?? 0; c < (out.first[t + 1] ?? 0); c++) {
      out.clusters.x[c] = (out.clusters.x[c] ?? 0) + x
      out.clusters.y[c] = (out.clusters.y[c] ?? 0) + y
    }
  })
  return out
}

const GOLDEN = Math.PI * (3 - Math.sqrt(5))

/** Where the i-th keyword of a cluster lies from its middle: as the seeds of a sunflower, the most alike within. */
export function seed(i: number): { x: number; y: number } {
  const far = Math.sqrt(i + 0.5) - 0.25
  return { x: far * Math.cos(i * GOLDEN), y: far * Math.sin(i * GOLDEN) }
}

/** Seeds by their number, worked out once. */
export function seeds(n: number): { x: Float64Array; y: Float64Array } {
  const out = { x: new Float64Array(n), y: new Float64Array(n) }
  for (let i = 0; i < n; i++) {
    const at = seed(i)
    out.x[i] = at.x
    out.y[i] = at.y
  }
  return out
}

/** The cluster at a place, else the topic, else nothing. */
export function pick(map: Layout, x: number, y: number): { topic: number; cluster: number } | null {
  const inside = (c: Circles, i: number) => ((c.x[i] ?? 0) - x) ** 2 + ((c.y[i] ?? 0) - y) ** 2 <= (c.r[i] ?? 0) ** 2
  for (let t = 0; t < map.topics.r.length; t++) {
    if (!inside(map.topics, t)) continue
    for (let c = map.first[t] ?? 0; c < (map.first[t + 1] ?? 0); c++) if (inside(map.clusters, c)) return { topic: t, cluster: c }
    return { topic: t, cluster: -1 }
  }
  return null
}
