/**
 * Who is signed in. The access token lives in this module's memory alone; the refresh token
 * is in a cookie that no script reads. A page that is loaded again asks for a new access token.
 */
import { create } from 'zustand'
import type { Data } from './types'

export type User = Data<'me'>

export interface SessionState {
  status: 'unknown' | 'signed-in' | 'signed-out'
  user: User | null
}

export const useSession = create<SessionState>(() => ({ status: 'unknown', user: null }))

export const clientHeader = { 'X-IGNY8-Client': 'web' } as const

let access = ''
let refreshing: Promise<boolean> | null = null

export const accessToken = () => access

/**
 * Whether this browser was signed in when it last was here: a hint, kept where all tabs see it, that spares
 * a visitor a refresh that can only be refused. It says nothing about who.
 */
const hint = 'igny8.signed-in'

export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(hint) !== null
  } catch {
    return true // no storage: ask the server
  }
}

function remember(signedIn: boolean) {
  try {
    if (signedIn) localStorage.setItem(hint, '1')
    else localStorage.removeItem(hint)
  } catch {
    // no storage
  }
}

/** The server's answer to sign-in, sign-up, refresh and a change of the password. */
export function begin(session: Data<'login'>) {
  access = session.tokens.access
  remember(true)
  useSession.setState({ status: 'signed-in', user: session.user })
}

/** Forgets everything of the session on this page. */
export function forget() {
  access = ''
  remember(false)
  useSession.setState({ status: 'signed-out', user: null })
}

/**
 * Asks for a new access token; all who ask at the same time share one request. Tabs wait for
 * each other, since a refresh token is good for one use. False: the session is over.
 */
export function refresh(send: typeof fetch = fetch): Promise<boolean> {
  refreshing ??= alone(() => ask(send)).finally(() => (refreshing = null))
  return refreshing
}

async function ask(send: typeof fetch): Promise<boolean> {
  const response = await send('/v1/auth/refresh/', {
    method: 'POST',
    headers: { ...clientHeader, 'Content-Type': 'application/json' },
    body: '{}',
    credentials: 'same-origin',
  })
  if (response.status >= 500 || response.status === 429) throw new TypeError('the program did not answer the refresh')
  if (!response.ok) {
    forget()
    return false
  }
  const body = (await response.json()) as { data: Data<'refresh'> }
  begin(body.data)
  return true
}

async function alone(work: () => Promise<boolean>): Promise<boolean> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks
  return locks ? locks.request('igny8.refresh', async () => await work()) : work()
}
