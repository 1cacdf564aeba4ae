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

/** An answer as it comes, for those that are neither a record nor a page; throws Problems. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>
  try {
    got = await call
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw unreachable()
  }
  if (got.data === undefined || !got.response.ok) throw problemOf(got.response, got.error)
  return got.data
}

/** The `data` of an answer. */
export async function data<D>(call: Promise<Answer<{ data: D }>>): Promise<D> {
  return (await answer(call)).data
}

/** A page of a list. */
export async function page<I>(call: Promise<Answer<{ results: I[] | null; count: number }>>): Promise<Page<I>> {
  const body = await answer(call)
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

/** A key that makes a POST safe to repeat: make one for each intention, not for each attempt. */
export const newKey = () => crypto.randomUUID()
