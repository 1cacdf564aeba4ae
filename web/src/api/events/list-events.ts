import { authorized } from '../client'
import type { EventPage } from '../types'
import { problemOf } from '../problem'

/** One page of events after a cursor, or a stream of them where the program can. */
export async function listEvents(cursor: string, options: { stream: boolean; limit?: number; site?: string; signal?: AbortSignal }): Promise<EventPage & { retryAfter?: number; stream?: ReadableStream<Uint8Array> }> {
  const url = new URL('/v1/events/', location.origin)
  url.searchParams.set('limit', String(options.limit ?? 100))
  if (cursor) url.searchParams.set('cursor', cursor)
  if (options.site) url.searchParams.set('site_id', options.site)
  const response = await authorized(new Request(url, { headers: { Accept: options.stream ? 'text/event-stream, application/json' : 'application/json' }, signal: options.signal }))
  if (!response.ok) throw problemOf(response, await response.json().catch(() => undefined))
  if (response.body && response.headers.get('Content-Type')?.startsWith('text/event-stream')) return { results: [], next_cursor: '', stream: response.body }
  const body = (await response.json()) as EventPage
  return { ...body, retryAfter: Number(response.headers.get('Retry-After') ?? 0) }
}
