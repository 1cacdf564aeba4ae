// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { recluster } from '@/api/planner/recluster'
import type { Site } from '@/api/types'
import ReclusterDialog from '@/features/planner/ReclusterDialog'

const price = { compare_by: 'openai', model: 'm', texts: 43, stored: 0, credits: 1000, cost_micro_usd: 5, price_date: '2026-11-28' }
vi.mock('@/api/planner/recluster', () => ({ recluster: vi.fn() }))
vi.mock('@/api/planner/get-vector-price', () => ({ vectorPriceQuery: () => ({ queryKey: ['planner', 'vectors'], queryFn: () => Promise.resolve(price) }) }))
vi.mock('@/api/planner/list-recluster-changes', () => ({ listReclusterChanges: () => Promise.resolve({ results: [], count: 0 }) }))

const told = (instead: string) => ({ job: null, credits: 0, result: { id: `rgp_${instead}`, strictness: 0.5, kinds: {}, clusters: 2, clusters_before: 2, moves: 0, keywords: 43, alone: 0, locked: 0, basis: { meaning: 43, words: 0, by: instead ? 'built_in' : 'openai', instead } } })

test('nothing is bought before one agrees, and what was taken instead is computed anew for what one agrees to then', async () => {
  ;(globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true
  const ask = vi.mocked(recluster)
  const answers = (instead: string) => ask.mockResolvedValue(told(instead) as unknown as Awaited<ReturnType<typeof recluster>>)
  answers('refused')
  const box = document.body.appendChild(document.createElement('div'))
  const site = { id: 'sit', sectors: [{ id: 'sec', name: 'All' }], settings: { compare_by: 'openai' } } as unknown as Site
  const root = createRoot(box)
  act(() => root.render(createElement(QueryClientProvider, { client: new QueryClient() }, createElement(ReclusterDialog, { site, onClose: () => undefined, onDone: () => undefined }))))
  const button = (name: string) => [...box.querySelectorAll('button')].find((b) => b.textContent.startsWith(name))
  const until = (what: () => unknown) => vi.waitFor(async () => { await act(() => Promise.resolve()); expect(what()).toBeTruthy() })
  const shown = (name: string) => until(() => button(name))
  const click = (name: string) => act(() => Promise.resolve(button(name)?.click()))
  const sent = () => ask.mock.calls.map(([body]) => [body.max_credits, body.again])
  await shown('Buy for 1 credit')
  expect(sent()).toEqual([])
  await click('Buy for')
  await shown('Compute anew')
  expect(sent()).toEqual([[1000, undefined]])
  answers('')
  await click('Compute anew')
  await shown('Buy for 1 credit')
  expect(ask).toHaveBeenCalledTimes(1)
  await click('Buy for')
  await until(() => box.textContent.includes('by OpenAI’s vectors'))
  expect(sent()).toEqual([[1000, undefined], [1000, true]])
  act(() => root.unmount())
})
