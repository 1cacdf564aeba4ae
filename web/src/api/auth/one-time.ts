import { problemOf, unreachable } from '../problem'
import { begin, clientHeader } from '../session'
import type { Data } from '../types'

/** Signs in by the one-time link that `igny8 serve` prints: only a program on this machine takes it. */
export async function signInOnce(word: string) {
  let response: Response
  try {
    response = await globalThis.fetch('/local/session/', { method: 'POST', headers: { ...clientHeader, 'Content-Type': 'application/json' }, body: JSON.stringify({ once: word }) })
  } catch {
    throw unreachable()
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw problemOf(response, body)
  begin((body as { data: Data<'login'> }).data)
}
