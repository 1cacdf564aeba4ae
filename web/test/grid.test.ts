import { expect, test } from 'vitest'
import { columnsWord, nextOrder, pickColumns, sortOf } from '@/components/grid/columns'
import { chipsOf } from '@/components/grid/filters'
import { add, isSelected, nothing, sizeOf, toggle, type Selection } from '@/components/grid/selection'

const columns = ['name', 'volume', 'tags', 'added'].map((key) => ({ key, head: key, width: 100, hidden: key === 'tags', text: () => key }))
const keys = (cols: string | null) => pickColumns(columns, cols).map((c) => c.key)

test('columns come from the address; the first always stays', () => {
  expect(keys(null)).toEqual(['name', 'volume', 'added'])
  expect(keys('tags')).toEqual(['name', 'tags'])
  expect(keys('')).toEqual(['name'])
  expect(keys('nonsense,added,volume')).toEqual(['name', 'volume', 'added'])
})

test('a choice of columns goes into the address unless it is the usual one', () => {
  expect(columnsWord(columns, ['name', 'volume', 'added'])).toBeNull()
  expect(columnsWord(columns, ['added', 'tags'])).toBe('tags,added')
  expect(columnsWord(columns, [])).toBe('')
})

test('a head sorts one way, the other way, then as by default', () => {
  expect(['', 'x', '-x'].map((o) => nextOrder({ sort: 'x' }, o))).toEqual(['x', '-x', ''])
  expect(['', '-x', 'x'].map((o) => nextOrder({ sort: 'x', down: true }, o))).toEqual(['-x', 'x', ''])
  expect([sortOf('x', 'x'), sortOf('x', '-x'), sortOf('x', 'y'), sortOf(undefined, 'x')]).toEqual(['ascending', 'descending', 'none', undefined])
})

test('a selection is some ids, or all that the query finds', () => {
  const two: Selection<number> = add(toggle<number>(nothing, 1), [2, 2, 1])
  expect(sizeOf(two, 100_000)).toBe(2)
  expect(isSelected(toggle(two, 1), 1)).toBe(false)
  const all: Selection<number> = { all: true }
  expect(sizeOf(all, 100_000)).toBe(100_000)
  expect(isSelected(all, 77)).toBe(true)
  expect(add(all, [3])).toBe(all)
  // "All but one" can't be said to the server, so it must not look as if it were.
  expect(toggle(all, 5)).toEqual({ all: false, ids: new Set([5]) })
})

test('filters that are on are told in words and taken away whole', () => {
  const fields = [
    { kind: 'choice', name: 'intent', label: 'Intent', choices: [{ value: 'commercial', label: 'Commercial' }] },
    { kind: 'range', min: 'low', max: 'high', label: 'Volume' },
    { kind: 'cluster', name: 'cluster', label: 'Cluster' },
  ] as const
  expect(chipsOf<'intent' | 'low' | 'high' | 'cluster'>(fields, { intent: 'commercial', low: '10', high: '', cluster: 'clu_1' }, () => 'Hoses')).toEqual([
    { label: 'Intent: Commercial', drop: { intent: '' } },
    { label: 'Volume: from 10', drop: { low: '', high: '' } },
    { label: 'Cluster: Hoses', drop: { cluster: '' } },
  ])
  expect(chipsOf<'intent' | 'low' | 'high' | 'cluster'>(fields, { intent: '', low: '', high: '', cluster: '' }, () => undefined)).toEqual([])
})
