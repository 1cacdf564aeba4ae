/** What went wrong with a call, in words for the person before the screen. */

export interface Fault {
  status: number
  code: string
  message: string
  fields: Record<string, string[]>
  requestId: string
  nextStep?: string
  /** Seconds to wait before it makes sense to ask again. */
  retryAfter?: number
}

/** A refused or failed call of the API. */
export class Problem extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.name = 'Problem'
    this.fault = fault
  }
  get status() {
    return this.fault.status
  }
  get code() {
    return this.fault.code
  }
  /** The first text about a field; a field of a part is found by its last name too. */
  field(name: string): string | undefined {
    for (const [key, texts] of Object.entries(this.fault.fields)) {
      if (key === name || key.split('.').at(-1) === name) return texts[0]
    }
    return undefined
  }
}

interface ErrorBody {
  error?: string
  code?: string
  errors?: Record<string, string[]>
  next_step?: string
  request_id?: string
}

/** Makes a Problem of an answer's status and body. */
export function problemOf(response: Response, body: unknown): Problem {
  const b = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody
  const after = Number(response.headers.get('Retry-After'))
  return new Problem({
    status: response.status,
    code: b.code ?? 'unknown',
    message: b.error ?? `The program answered with status ${response.status}.`,
    fields: b.errors ?? {},
    requestId: b.request_id ?? response.headers.get('X-Request-ID') ?? '',
    nextStep: b.next_step,
    retryAfter: after > 0 ? after : undefined,
  })
}

/** No answer came at all. */
export const unreachable = () =>
  new Problem({ status: 0, code: 'unreachable', message: 'No answer from the program.', fields: {}, requestId: '' })

/** Cause, what happened to credits, and the next step of anything that was thrown. */
export interface Explained {
  cause: string
  credits?: string
  next: string
  reference?: string
}

const untouched = 'No credits were used.'

/** Explains anything thrown. `spends` tells that the call could have cost something. */
export function explain(thrown: unknown, spends = false): Explained {
  if (!(thrown instanceof Problem)) {
    return { cause: 'Something in this page went wrong.', next: 'Load the page again. If it comes back, tell us what you did just before.' }
  }
  const { fault } = thrown
  const base = { cause: fault.message, reference: fault.requestId || undefined, credits: spends && fault.status >= 400 && fault.status < 500 ? untouched : undefined }
  if (fault.nextStep) return { ...base, next: fault.nextStep }
  switch (fault.status) {
    case 0:
      return {
        ...base,
        credits: spends ? 'If the request arrived, it is carried out once, also when you repeat it.' : undefined,
        next: 'Check that you are online and that the program is running, then try again.',
      }
    case 401:
      return { ...base, next: 'Sign in again.' }
    case 402:
      return { ...base, next: 'Add credits, or choose less to be done.' }
    case 403:
      return { ...base, next: 'Ask an owner or admin of your account for the right to do this.' }
    case 404:
      return { ...base, next: 'It may have been deleted. Go back to the list.' }
    case 409:
      return { ...base, next: 'Load the page again to see how things stand.' }
    case 412:
      return { ...base, next: 'Someone changed it meanwhile. Read it again, then make your change.' }
    case 429:
      return { ...base, next: fault.retryAfter ? `Wait ${fault.retryAfter} s, then try again.` : 'Wait a minute, then try again.' }
    default:
      return fault.status >= 500
        ? { ...base, credits: spends ? 'Nothing is charged twice: repeating it is safe.' : undefined, next: 'Try again. If it comes back, give us the reference below.' }
        : { ...base, next: 'Mend what is named above, then try again.' }
  }
}
