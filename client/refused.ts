import type { ErrorCode } from './routes.ts'

/** A field that is not right: `path` is a JSON Pointer to it. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

interface Told {
  readonly status: number
  readonly title: string
  readonly code: ErrorCode | null
  readonly detail?: string
  readonly request_id?: string | null
  readonly source?: 'api' | 'operation' | 'gateway'
  readonly errors?: readonly FieldProblem[]
}

/** A refusal: decide by `code`, show `message` (in the language asked for), write down `requestId`. */
export class Refused<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'Refused'
  /** null: the answer was not the API's, but of something before it. */
  readonly code: Code | null
  readonly status: number
  readonly detail: string
  readonly errors: readonly FieldProblem[]
  readonly requestId: string | null
  readonly source: 'api' | 'operation' | 'gateway'
  /** Whether the same request may succeed later. */
  readonly retry: boolean
  /** Seconds to wait before, 0 when nobody said. */
  readonly retryAfter: number

  constructor(told: Told, { retry = false, retryAfter = 0 } = {}) {
    super(told.title)
    this.code = told.code as Code | null
    this.status = told.status
    this.detail = told.detail ?? told.title
    this.errors = told.errors ?? []
    this.requestId = told.request_id ?? null
    this.source = told.source ?? 'api'
    this.retry = retry
    this.retryAfter = retryAfter
  }

  /** `error.is('precondition.failed')` */
  is<C extends ErrorCode>(code: C): this is Refused<C> {
    return (this.code as ErrorCode | null) === code
  }
}

/** The time that the caller gave is over; the work goes on, and can be waited for again by `id`. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
  readonly id: string
  constructor(id: string) {
    super(`${id} has not ended in time`)
    this.id = id
  }
}

/** What came is nothing that this client understands: asking on would not help. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** The server could not be reached for too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Statuses that pass by themselves, where nobody says so. */
const PASSING = [408, 425, 429, 502, 503, 504]

/** Seconds. A date instead of a number is a gateway's. */
export function secondsOf(header: string | null, now = Date.now()): number {
  if (header === null) return 0
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return seconds > 0 ? seconds : 0
}

export async function refusalOf(answer: Response): Promise<Refused> {
  const told: unknown = await answer.json().catch(() => null)
  const said = answer.headers.get('x-should-retry')
  const options = {
    retry: said === null ? PASSING.includes(answer.status) : said === 'true',
    retryAfter: secondsOf(answer.headers.get('retry-after')),
  }
  const ours = typeof told === 'object' && told !== null && 'code' in told && 'title' in told
  if (ours) return new Refused(told as Told, options)
  const title = answer.statusText || `The server answered ${answer.status}`
  return new Refused({ status: answer.status, title, code: null, source: 'gateway' }, options)
}
