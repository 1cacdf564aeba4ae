import { beforeEach, expect, test } from 'vitest'
import { authorized } from '@/api/client'
import { accessToken, begin, forget, refresh, useSession } from '@/api/session'

const user = { id: 'usr_1', email: 'ann@example.com', first_name: 'Ann', last_name: '', role: 'owner', created_at: '', account: { id: 'acc_1', name: 'A', slug: 'a', owner: 'usr_1', status: 'active', created_at: '' } }
const session = (access: string) => ({ user, tokens: { access, access_expires_at: '', refresh_expires_at: '' } })
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

/** A program that takes the token `good` alone and gives it for a refresh. */
function program(good: string, refreshStatus = 200) {
  const calls: string[] = []
  const send: typeof fetch = async (input, init) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), 'http://localhost'), init)
    const path = new URL(request.url).pathname
    const token = request.headers.get('Authorization') ?? ''
    calls.push(`${request.method} ${path} ${token} ${request.headers.get('X-IGNY8-Client') ?? ''} ${await request.text()}`.trim())
    await new Promise((done) => setTimeout(done, 5))
    if (path === '/v1/auth/refresh/') return json(refreshStatus, { success: refreshStatus === 200, data: session(good) })
    return token === `Bearer ${good}` ? json(200, { success: true, data: 'here' }) : json(401, { success: false, code: 'unauthenticated', error: 'x', request_id: 'r' })
  }
  return { calls, send }
}

const ask = (body?: string) => new Request('http://localhost/v1/things/', body === undefined ? {} : { method: 'POST', body })

beforeEach(() => {
  forget()
})

test('many calls with an old token share one refresh, and each is sent again with its body', async () => {
  begin(session('old'))
  const { calls, send } = program('new')
  const answers = await Promise.all([authorized(ask('one'), send), authorized(ask('two'), send), authorized(ask(), send)])
  expect(answers.map((a) => a.status)).toEqual([200, 200, 200])
  expect(calls.filter((c) => c.includes('/refresh/'))).toHaveLength(1)
  expect(calls).toContain('POST /v1/things/ Bearer new web one')
  expect(calls).toContain('POST /v1/things/ Bearer new web two')
  expect(accessToken()).toBe('new')
})

test('a refresh that is refused ends the session, and the 401 is told', async () => {
  begin(session('old'))
  const { calls, send } = program('new', 401)
  expect((await authorized(ask(), send)).status).toBe(401)
  expect(useSession.getState()).toEqual({ status: 'signed-out', user: null })
  expect(accessToken()).toBe('')
  expect(calls.filter((c) => c.includes('/things/'))).toHaveLength(1)
})

test('a program that is down does not end the session', async () => {
  begin(session('old'))
  const { send } = program('new', 503)
  await expect(authorized(ask(), send)).rejects.toThrow()
  expect(useSession.getState().status).toBe('signed-in')
})

test('a call without a session asks for no refresh', async () => {
  const { calls, send } = program('new')
  expect((await authorized(ask(), send)).status).toBe(401)
  expect(calls).toHaveLength(1)
})

test('a token that another call renewed meanwhile is used without a second refresh', async () => {
  begin(session('old'))
  const { calls, send } = program('new')
  const slow: typeof fetch = async (input, init) => {
    const answer = await send(input, init)
    if (!calls.some((c) => c.includes('/refresh/'))) await refresh(send)
    return answer
  }
  expect((await authorized(ask(), slow)).status).toBe(200)
  expect(calls.filter((c) => c.includes('/refresh/'))).toHaveLength(1)
})
