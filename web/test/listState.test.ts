import { expect, test } from 'vitest'
import { activeFilters, changeList, listQuery, parseList } from '@/lib/listState'

const defaults = { ordering: '-volume', filters: { status: '', intent: '' } }
const parse = (text: string) => parseList(new URLSearchParams(text), defaults)
const change = (text: string, c: Parameters<typeof changeList<'status' | 'intent'>>[2]) => changeList(new URLSearchParams(text), defaults, c).toString()

test('what makes no sense in an address counts as not there', () => {
  const usual = parse('')
  for (const bad of ['page=0', 'page=-1', 'page=x', 'page=1.5', 'page_size=7', 'page_size=100000', 'unknown=1']) expect(parse(bad), bad).toEqual(usual)
  expect(usual).toEqual({ page: 1, pageSize: 50, ordering: '-volume', search: '', filters: { status: '', intent: '' } })
})

test('a state goes into the address and comes back', () => {
  const text = change('site=sit_1', { page: 3, pageSize: 100, ordering: 'keyword', search: 'tea & cake', filters: { status: 'new' } })
  expect(parse(text)).toEqual({ page: 3, pageSize: 100, ordering: 'keyword', search: 'tea & cake', filters: { status: 'new', intent: '' } })
  expect(new URLSearchParams(text).get('site')).toBe('sit_1')
})

test('another filter, order or search goes to the first page; another page keeps the rest', () => {
  const from = 'page=4&status=new&ordering=keyword'
  expect(change(from, { filters: { intent: 'buy' } })).toBe('status=new&ordering=keyword&intent=buy')
  expect(change(from, { search: 'x' })).not.toContain('page=')
  expect(change(from, { ordering: '-volume' })).toBe('status=new')
  expect(change(from, { page: 5 })).toBe('page=5&status=new&ordering=keyword')
})

test('an order may be taken away though there is a usual one', () => {
  expect(parse(change('', { ordering: '' })).ordering).toBe('')
})

test('the query has what the API takes, without what is empty', () => {
  expect(listQuery(parse('status=new&page=2'))).toEqual({ page: 2, page_size: 50, ordering: '-volume', status: 'new' })
  expect(activeFilters(parse('status=new&search=x'), defaults)).toBe(2)
})
