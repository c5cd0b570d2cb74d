import { ReplayError } from './replay-error.ts'

/** Which operations of `ai` are meant. */
export interface OperationFilter {
  readonly code?: string | undefined
  readonly stage?: string | undefined
  /** Of the provider that was called last. */
  readonly provider?: string | undefined
  /** Account id of the person whose work it is. */
  readonly owner?: string | undefined
  readonly status?: 'failed' | 'open' | 'succeeded' | 'cancelled' | undefined
  /** Seconds back from now. */
  readonly sinceS: number
  readonly limit: number
}

/** The options that choose, of every command that takes several. */
export const FILTER_OPTIONS = {
  code: { type: 'string' },
  stage: { type: 'string' },
  provider: { type: 'string' },
  owner: { type: 'string' },
  status: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
} as const
export type FilterValues = { readonly [K in keyof typeof FILTER_OPTIONS]?: string | undefined }

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 }
const STATUSES = ['failed', 'open', 'succeeded', 'cancelled'] as const
const DEFAULT_SINCE = '7d'
const DEFAULT_LIMIT = '50'

/** Whether any of them was given. */
export const isFiltered = (values: FilterValues): boolean =>
  Object.keys(FILTER_OPTIONS).some((name) => values[name as keyof FilterValues] !== undefined)

/** @throws ReplayError */
export function filterOf({ since, limit, status, ...words }: FilterValues): OperationFilter {
  if (status !== undefined && !(STATUSES as readonly string[]).includes(status))
    throw new ReplayError(`--status is one of ${STATUSES.join(', ')}`)
  return {
    ...words,
    status: status as OperationFilter['status'],
    sinceS: ago(since ?? DEFAULT_SINCE),
    limit: above0('--limit', limit ?? DEFAULT_LIMIT),
  }
}

/** «90m», «24h», «7d», or a time as ISO 8601. @returns seconds back from now */
function ago(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? []
  if (number !== undefined && Number(number) > 0) return Number(number) * (UNITS[unit] ?? 0)
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(time) && time < Date.now()) return (Date.now() - time) / 1000
  throw new ReplayError(
    `--since is a time back such as 90m, 24h or 7d, or a past time such as 2026-01-31T12:00Z, not "${text}"`,
  )
}

/** @throws ReplayError */
export function above0(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new ReplayError(`${name} must be a number above 0`)
}
