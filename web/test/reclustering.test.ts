import { expect, test, vi } from 'vitest'
import { getJob } from '@/api/jobs/get-job'
import { recluster } from '@/api/planner/recluster'
import type { ClusterChange } from '@/api/types'
import { chosenCount, everything, idsOf, isChosen, listed, reclusteringAt, sentence, STEPS, strictnessName, strictnessOf, turn } from '@/features/planner/reclustering'

vi.mock('@/api/planner/recluster', () => ({ recluster: vi.fn() }))
vi.mock('@/api/jobs/get-job', () => ({ getJob: vi.fn() }))

const part = (name: string, keywords: number) => ({ name, keywords })
const change = (kind: ClusterChange['kind'], more: Partial<ClusterChange>): ClusterChange => ({ id: `${kind}:x`, kind, name: 'tea', from: [], to: [], keywords: 2, ...more })

test('each kind of change is a sentence that names who gives and who takes', () => {
  expect(sentence(change('split', { to: [part('green tea', 5), part('iced tea', 3)], keywords: 8 }))).toBe('“tea” gives 8 keywords to new clusters: “green tea” (5) and “iced tea” (3)')
  expect(sentence(change('merge', { from: [part('teas', 2)] }))).toBe('“teas” (2) goes into “tea”')
  expect(sentence(change('merge', { from: [part('teas', 2), part('tee', 1)] }))).toBe('“teas” (2) and “tee” (1) go into “tea”')
  expect(sentence(change('gone', { to: [part('a', 1)], keywords: 1 }))).toBe('“tea” ends: its 1 keyword goes to “a” (1)')
  expect(sentence(change('move', { to: [part('a', 2)] }))).toBe('2 keywords of “tea” to “a” (2)')
  expect(sentence(change('new', { from: [part('', 2)] }))).toBe('“tea” is made of 2 keywords, from no cluster (2)')
  expect(sentence(change('join', {}))).toBe('2 keywords without a cluster to “tea”')
})

test('long lists name three and count the others', () => {
  expect(listed(['a', 'b', 'c', 'd', 'e'].map((n) => part(n, 1)))).toBe('“a” (1), “b” (1), “c” (1) and 2 others')
})

test('all but some, or none but some, are chosen', async () => {
  const read = () => Promise.resolve(['1', '2', '3'])
  expect(await idsOf(everything, read)).toBeUndefined()
  const but = turn(everything, '2')
  expect([isChosen(but, '1'), isChosen(but, '2'), chosenCount(but, 3)]).toEqual([true, false, 2])
  expect(await idsOf(but, read)).toEqual(['1', '3'])
  expect(turn(but, '2')).toEqual(everything)
  const only = turn({ all: false, but: new Set() }, '3')
  expect([isChosen(only, '1'), isChosen(only, '3'), chosenCount(only, 3)]).toEqual([false, true, 1])
  expect(await idsOf(only, () => Promise.reject(new Error('needless')))).toEqual(['3'])
})

test('the slider goes over what the server computes together', () => {
  expect(Array.from({ length: STEPS + 1 }, (_, i) => strictnessOf(i))).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1])
  expect(strictnessName(4)).toBe('Normal')
  expect(strictnessName(5)).toBe('Between Normal and tight')
})

/** What is answered, in turn; gives what was asked for. */
function answers(...of: unknown[]) {
  const ask = vi.mocked(recluster).mockReset()
  for (const a of of) ask.mockResolvedValueOnce(a as Awaited<ReturnType<typeof recluster>>)
  vi.mocked(getJob).mockReset().mockResolvedValue({ status: 'done' } as Awaited<ReturnType<typeof getJob>>)
  return () => ask.mock.calls.map(([body]) => body)
}
const extent = { site: 'sit', sector: 'sec', cluster: undefined }
const job = { job: { id: 'job_1' }, result: null, credits: 1000 }
const result = { job: null, result: { id: 'rgp_1' }, credits: 0 }

test('what was agreed to is spent by one question, and so is the wish to compute anew', async () => {
  const asked = answers(job, job, result)
  await reclusteringAt(extent, 4, { most: 1000, again: true })
  expect(asked().map((b) => [b.max_credits, b.again])).toEqual([[1000, true], [0, undefined], [0, undefined]])
})

test('a job that another step has begun is waited for, and nothing is agreed to again', async () => {
  const asked = answers(job)
  vi.mocked(getJob).mockRejectedValueOnce(new Error('gone'))
  await expect(reclusteringAt(extent, 4, { most: 1000, again: false })).rejects.toThrow('gone')
  expect(asked()).toHaveLength(1)
  const later = answers(result)
  await reclusteringAt(extent, 5, { most: 1000, again: true })
  expect(later().map((b) => [b.max_credits, b.again])).toEqual([[0, undefined]])
})
