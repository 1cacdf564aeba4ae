import type { Operation, Page, Query } from './types'

/** The query of a list as its page keeps it: filters, search, ordering; all texts, none empty. */
export type ListParams = Record<string, string>

/** Reads one page of a list of a site. */
export type ListReader<T> = (site: string, params: ListParams, page: number, size: number, signal?: AbortSignal) => Promise<Page<T>>

/** Which records an action is for. */
export interface Chosen {
  site_id: string
  ids: string[]
}

/** What an action on several records did. */
export interface BulkDone {
  count: number
  changed: number
  skipped?: string[]
}

/** A list's filters as its operation takes them. Bounds of figures are numbers there and texts in an address: both are written alike. */
export const filtersOf = <Op extends Operation>(params: ListParams) => params as unknown as Omit<Query<Op>, 'site_id' | 'page' | 'page_size'>

/** The header that keeps a change of others from being lost. */
export const ifMatch = (version: number | undefined) => (version === undefined ? {} : { 'If-Match': `"${version}"` })
