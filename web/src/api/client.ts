/** The one way to the API: adds who is asking, renews the access token once, makes Problems of refusals. */
import createClient from 'openapi-fetch'
import { problemOf, unreachable } from './problem'
import type { paths } from './schema'
import { accessToken, clientHeader, refresh } from './session'
import type { Page } from './types'

/** Sends a request with the session's token; on 401 it renews the token and tries once more. */
export async function authorized(request: Request, send: typeof fetch = fetch): Promise<Response> {
  const again = request.clone()
  const used = accessToken()
  const response = await send(sign(request, used))
  if (response.status !== 401 || used === '') return response
  // Another call may have renewed it while this one was under way.
  const renewed = accessToken() !== used || (await refresh(send))
  return renewed && accessToken() !== '' ? send(sign(again, accessToken())) : response
}

function sign(request: Request, token: string): Request {
  for (const [name, value] of Object.entries(clientHeader)) request.headers.set(name, value)
  if (token) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  fetch: (request: Request) => authorized(request),
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

async function settle<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw unreachable()
  }
  if (answer.data === undefined || !answer.response.ok) throw problemOf(answer.response, answer.error)
  return answer.data
}

/** The `data` of an answer. */
export async function data<D>(call: Promise<Answer<{ data: D }>>): Promise<D> {
  return (await settle(call)).data
}

/** A page of a list. */
export async function page<I>(call: Promise<Answer<{ results: I[] | null; count: number }>>): Promise<Page<I>> {
  const body = await settle(call)
  return { results: body.results ?? [], count: body.count }
}

/** A list to its end: only for short ones (sites, integrations, industries). */
export async function everything<I>(ask: (page: number) => Promise<Page<I>>): Promise<I[]> {
  const all: I[] = []
  for (let n = 1; ; n++) {
    const { results, count } = await ask(n)
    all.push(...results)
    if (results.length === 0 || all.length >= count) return all
  }
}

/**
 * A call of an operation that the API's document does not have yet; pending.ts lists them.
 * Gives the body as it comes.
 */
export async function raw<B>(method: string, path: string, options: { query?: Record<string, string | number | boolean | undefined>; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {}): Promise<B> {
  const url = new URL(path, typeof location === 'undefined' ? 'http://localhost' : location.origin)
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value))
  }
  const request = new Request(url, {
    method,
    headers: { ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }), ...options.headers },
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: options.signal ?? null,
  })
  let response: Response
  try {
    response = await authorized(request)
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw unreachable()
  }
  const body: unknown = response.status === 204 ? {} : await response.json().catch(() => undefined)
  if (!response.ok) throw problemOf(response, body)
  return body as B
}

/** A key that makes a POST safe to repeat: make one for each intention, not for each attempt. */
export const newKey = () => crypto.randomUUID()
