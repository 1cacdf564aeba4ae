import { expect, test, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Page } from '@/api/types'
import { Rows } from '@/components/grid/rows'

interface Call {
  page: number
  signal: AbortSignal
  give: (count: number, first?: number) => void
  fail: (e: unknown) => void
}

/** A server whose answers the test gives by hand. */
function server() {
  const calls: Call[] = []
  const read = (page: number, signal: AbortSignal) =>
    new Promise<Page<number>>((done, fail) => {
      calls.push({
        page,
        signal,
        give: (count, first = (page - 1) * 100) => done({ count, results: Array.from({ length: Math.min(100, count - (page - 1) * 100) }, (_, i) => first + i) }),
        fail,
      })
    })
  return { calls, read, pages: () => calls.map((c) => c.page) }
}

const settle = () => vi.advanceTimersByTimeAsync(400)

async function opened(count = 100_000) {
  vi.useFakeTimers()
  const s = server()
  const rows = new Rows<number>()
  rows.reset(s.read)
  s.calls[0]?.give(count)
  await settle()
  return { rows, ...s }
}

test('only what is in view and around it is asked for', async () => {
  const { rows, calls, pages } = await opened()
  rows.view(50_040, 50_060)
  await settle()
  expect(pages().slice(1)).toEqual([501])
  calls[1]?.give(100_000)
  await settle()
  expect(rows.at(50_020)).toBe(50_020)
  expect(rows.at(20_000)).toBeUndefined()
  rows.view(50_050, 50_070)
  await settle()
  expect(pages().slice(2)).toEqual([])
  rows.view(50_065, 50_090)
  await settle()
  expect(pages().slice(2)).toEqual([502])
})

test('what went out of view while it was asked for is aborted and does not count', async () => {
  const { rows, calls } = await opened()
  rows.view(30_040, 30_060)
  await settle()
  rows.view(70_040, 70_060)
  await settle()
  expect(calls[1]?.page).toBe(301)
  expect(calls[1]?.signal.aborted).toBe(true)
  expect(calls[2]?.page).toBe(701)
  calls[1]?.give(100_000)
  await settle()
  expect(rows.at(30_010)).toBeUndefined()
})

test('while one flings nothing is asked for until the view rests', async () => {
  const { rows, calls } = await opened()
  for (let i = 1; i <= 20; i++) {
    rows.view(i * 1000, i * 1000 + 30)
    await vi.advanceTimersByTimeAsync(16)
  }
  expect(calls.length).toBe(1)
  await settle()
  expect(calls.slice(1).map((c) => c.page)).toEqual([201, 200])
})

test('rows of the query before stay until those of the new one are there; late answers of the old one are dropped', async () => {
  const { rows, calls, read } = await opened()
  rows.view(40_010, 40_030)
  await settle()
  const late = calls.at(-1)
  rows.reset(read)
  expect(rows.snapshot()).toMatchObject({ busy: true, count: 100_000, generation: 1 })
  expect(rows.at(0)).toBe(0)
  late?.give(100_000)
  calls.at(-1)?.give(7, 900)
  await settle()
  expect(rows.snapshot()).toMatchObject({ busy: false, count: 7, generation: 2 })
  expect([rows.at(0), rows.at(6), rows.at(40_010)]).toEqual([900, 906, undefined])
})

test('too many requests: nothing more is asked for until the server lets us', async () => {
  const { rows, calls } = await opened()
  rows.view(10_040, 10_060)
  await settle()
  calls[1]?.fail(new Problem({ status: 429, code: 'throttled', message: 'slow down', fields: {}, requestId: '', retryAfter: 3 }))
  await settle()
  rows.view(10_041, 10_061)
  await settle()
  expect(calls.length).toBe(2)
  await vi.advanceTimersByTimeAsync(3000)
  expect(calls.at(-1)?.page).toBe(101)
  expect(rows.snapshot().error).toBeNull()
})

test('a refresh reads again what is in view and keeps the rows until then; another count is told', async () => {
  const { rows, calls } = await opened(250)
  rows.view(0, 30)
  await settle()
  rows.refresh()
  expect(rows.at(5)).toBe(5)
  expect(calls.at(-1)?.page).toBe(1)
  calls.at(-1)?.give(251, 1000)
  await settle()
  expect(rows.at(5)).toBe(1005)
  expect(rows.snapshot().count).toBe(251)
})

test('a range is read as far as it goes', async () => {
  const { rows, calls } = await opened(250)
  const range = rows.ensure(95, 205)
  await settle()
  calls.at(-1)?.give(250)
  await settle()
  calls.at(-1)?.give(250)
  expect(await range).toEqual(Array.from({ length: 111 }, (_, i) => 95 + i))
})
