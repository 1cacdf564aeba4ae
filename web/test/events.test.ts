import { expect, test } from 'vitest'
import type { AccountEvent } from '@/api/types'
import { Problem } from '@/api/problem'
import { EventReader, isKnown, OVERLAP_MS, Seen, serverSent } from '@/lib/events'

const event = (id: string): AccountEvent => ({ id, kind: 'item_done', time: '2026-01-01T00:00:00Z' })

/** A stream whose events become visible late and out of order; a reader is given what lies up to 60 s before its cursor again. */
function stream(random: () => number) {
  const all: { id: string; at: number; seen: number }[] = []
  let now = 0
  return {
    tick(ms: number) {
      now += ms
    },
    add(id: string) {
      all.push({ id, at: now, seen: now + random() * (OVERLAP_MS * 0.9) })
    },
    read(cursor: string) {
      const from = (cursor === '' ? 0 : Number(cursor)) - OVERLAP_MS
      const found = all.filter((e) => e.seen <= now && e.at >= from)
      return { results: found.map((e) => event(e.id)), next_cursor: String(now), retryAfter: 0 }
    },
  }
}

function seeded(seed: number) {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0
    return seed / 2 ** 32
  }
}

test('over 100 breaks and late, doubled, mixed events none is lost and none shown twice', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed)
    const source = stream(random)
    const shown: string[] = []
    let made = 0
    let reads = 0
    let clock = 0
    let finish = () => {}
    const done = new Promise<void>((resolve) => (finish = resolve))
    const reader = new EventReader({
      now: () => clock,
      sleep: async () => {
        const ms = 200 + random() * 4000
        clock += ms
        source.tick(ms)
        if (made < 400) for (let n = Math.floor(random() * 4); n > 0; n--) source.add(`evt_${++made}`)
        await Promise.resolve()
      },
      source: {
        read: (cursor) => {
          reads++
          if (made >= 400 && reads > 800) {
            finish()
            reader.stop()
          }
          const page = source.read(cursor)
          // The answer of every third read is lost on its way.
          if (random() < 0.33) return Promise.reject(new Problem({ status: 0, code: 'unreachable', message: '', fields: {}, requestId: '' }))
          return Promise.resolve({ ...page, results: page.results.sort(() => random() - 0.5) })
        },
      },
    })
    reader.listen((e) => shown.push(e.id))
    reader.start()
    await done
    expect(new Set(shown).size, `seed ${seed}`).toBe(shown.length)
    expect(shown.length, `seed ${seed}`).toBe(made)
  }
})

test('a reader that was stopped goes on from its cursor', async () => {
  const cursors: string[] = []
  const reader = new EventReader({
    sleep: () => new Promise((done) => setTimeout(done, 1)),
    source: { read: (cursor) => (cursors.push(cursor), Promise.resolve({ results: [event(`e${cursors.length}`)], next_cursor: `c${cursors.length}` })) },
  })
  reader.start()
  await new Promise((done) => setTimeout(done, 20))
  reader.stop()
  const last = reader.cursor
  expect(last).not.toBe('')
  const before = cursors.length
  reader.start()
  await new Promise((done) => setTimeout(done, 20))
  reader.stop()
  expect(cursors[before]).toBe(last)
})

test('it waits as long as it is told, and longer after each failure', async () => {
  const waits: number[] = []
  let n = 0
  const reader = new EventReader({
    sleep: (ms) => {
      waits.push(ms)
      if (waits.length === 6) reader.stop()
      return Promise.resolve()
    },
    source: {
      read: () => {
        n++
        if (n === 1) return Promise.resolve({ results: [], next_cursor: 'a', retryAfter: 7 })
        if (n === 2) return Promise.reject(new Problem({ status: 429, code: 'rate_limited', message: '', fields: {}, requestId: '', retryAfter: 20 }))
        return Promise.reject(new TypeError('down'))
      },
    },
  })
  reader.start()
  await new Promise((done) => setTimeout(done, 20))
  expect(waits).toEqual([7000, 20_000, 4000, 8000, 16_000, 30_000])
})

test('ids are forgotten long after the overlap and 10,000 others, not before', () => {
  const seen = new Seen()
  expect(seen.first('x', 0)).toBe(true)
  for (let i = 0; i < 20_000; i++) seen.first(`y${i}`, OVERLAP_MS * 2)
  expect(seen.first('x', OVERLAP_MS * 2)).toBe(false)
  for (let i = 0; i < 9000; i++) seen.first(`z${i}`, OVERLAP_MS * 10)
  expect(seen.first('x', OVERLAP_MS * 10)).toBe(false)
  for (let i = 0; i < 11_000; i++) seen.first(`w${i}`, OVERLAP_MS * 20)
  expect(seen.first('x', OVERLAP_MS * 20)).toBe(true)
})

test('a stream is taken apart wherever the network cuts it, and its cursor goes on', async () => {
  const text = `: hello\n\nid: c1\ndata: ${JSON.stringify(event('é1'))}\n\n: beat\n\nid: c2\ndata: ${JSON.stringify(event('e2'))}\n\nid: c3\ndata: {"half`
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 7, 1000]) {
    const shown: string[] = []
    let reads = 0
    const reader = new EventReader({
      sleep: () => new Promise((done) => setTimeout(done, 1)),
      source: {
        read: () => {
          reads++
          const body = new ReadableStream<Uint8Array>({
            start(to) {
              for (let i = 0; i < bytes.length; i += size) to.enqueue(bytes.slice(i, i + size))
              to.close()
            },
          })
          return Promise.resolve({ results: [], next_cursor: '', stream: serverSent(body) })
        },
      },
    })
    reader.listen((e) => shown.push(e.id))
    reader.start()
    while (reads < 2) await new Promise((done) => setTimeout(done, 5))
    reader.stop()
    expect(reads).toBeGreaterThan(1)
    expect(shown).toEqual(['é1', 'e2'])
    expect(reader.cursor).toBe('c2')
  }
})

test('what was there before the reader began is told as past, and read again only if it is of this moment', async () => {
  const told: [string, boolean][] = []
  let reads = 0
  const finished = new Promise<void>((done) => {
    const reader = new EventReader({
      sleep: () => Promise.resolve(),
      source: {
        read: () => {
          if (++reads === 3) {
            reader.stop()
            done()
          }
          return Promise.resolve({ results: [event(`e${reads}`)], next_cursor: `c${reads}` })
        },
      },
    })
    reader.listen((e, past) => told.push([e.id, past]))
    reader.start()
  })
  await finished
  expect(told.slice(0, 2)).toEqual([['e1', true], ['e2', false]])
  expect(isKnown(event('old'), true)).toBe(true)
  expect(isKnown(event('old'), false)).toBe(false)
  expect(isKnown({ ...event('new'), time: new Date().toISOString() }, true)).toBe(false)
})
