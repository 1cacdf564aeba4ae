/** The state of a list, kept in the address: what one sees can be linked, reloaded and gone back from. */
import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'

export interface ListState<F extends string> {
  page: number
  pageSize: number
  ordering: string
  search: string
  filters: Record<F, string>
}

export interface ListDefaults<F extends string> {
  pageSize?: number
  ordering?: string
  /** The filters that the list knows, with what they are when the address does not say. */
  filters: Record<F, string>
}

const sizes = [25, 50, 100]

const whole = (text: string | null, otherwise: number) => {
  const n = Number(text)
  return text !== null && Number.isInteger(n) && n > 0 ? n : otherwise
}

/** Reads a list's state from an address; what makes no sense counts as not there. */
export function parseList<F extends string>(params: URLSearchParams, defaults: ListDefaults<F>): ListState<F> {
  const size = whole(params.get('page_size'), defaults.pageSize ?? 50)
  const filters = { ...defaults.filters }
  for (const name of Object.keys(filters) as F[]) filters[name] = params.get(name) ?? filters[name]
  return {
    page: whole(params.get('page'), 1),
    pageSize: sizes.includes(size) ? size : (defaults.pageSize ?? 50),
    ordering: params.get('ordering') ?? defaults.ordering ?? '',
    search: params.get('search') ?? '',
    filters,
  }
}

export interface ListChange<F extends string> {
  page?: number
  pageSize?: number
  ordering?: string
  search?: string
  filters?: Partial<Record<F, string>>
}

/**
 * Writes a change into an address. Whatever changes which records are shown goes back to the
 * first page; what is as by default is left out; parameters of others are kept.
 */
export function changeList<F extends string>(params: URLSearchParams, defaults: ListDefaults<F>, change: ListChange<F>): URLSearchParams {
  const before = parseList(params, defaults)
  const after: ListState<F> = {
    page: change.page ?? 1,
    pageSize: change.pageSize ?? before.pageSize,
    ordering: change.ordering ?? before.ordering,
    search: change.search ?? before.search,
    filters: { ...before.filters, ...change.filters },
  }
  const out = new URLSearchParams(params)
  const put = (name: string, value: string, usual: string) => {
    if (value === usual) out.delete(name)
    else out.set(name, value)
  }
  put('page', String(after.page), '1')
  put('page_size', String(after.pageSize), String(defaults.pageSize ?? 50))
  put('ordering', after.ordering, defaults.ordering ?? '')
  put('search', after.search, '')
  for (const name of Object.keys(defaults.filters) as F[]) put(name, after.filters[name], defaults.filters[name])
  return out
}

/** What the API takes: page, page_size, ordering, search and the filters; empty ones are left out. */
export function listQuery<F extends string>(state: ListState<F>): Record<string, string | number> {
  const query: Record<string, string | number> = { page: state.page, page_size: state.pageSize }
  if (state.ordering) query.ordering = state.ordering
  if (state.search) query.search = state.search
  for (const [name, value] of Object.entries<string>(state.filters)) if (value) query[name] = value
  return query
}

/** How many filters are not as by default; the search counts as one. */
export function activeFilters<F extends string>(state: ListState<F>, defaults: ListDefaults<F>): number {
  return (Object.keys(defaults.filters) as F[]).filter((f) => state.filters[f] !== defaults.filters[f]).length + (state.search ? 1 : 0)
}

/**
 * The state of the list on this page. `defaults` must be a constant of the module. Typing in
 * the search replaces the entry of the history; a new page, order or filter makes one.
 */
export function useListState<F extends string>(defaults: ListDefaults<F>) {
  const [params, setParams] = useSearchParams()
  const state = useMemo(() => parseList(params, defaults), [params, defaults])
  const set = useCallback(
    (change: ListChange<F>) => setParams((now) => changeList(now, defaults, change), { replace: change.search !== undefined }),
    [setParams, defaults],
  )
  const clear = useCallback(() => set({ search: '', filters: defaults.filters }), [set, defaults])
  return { ...state, set, clear, query: useMemo(() => listQuery(state), [state]), active: activeFilters(state, defaults) }
}
