import type { Routes } from '../../../../client/index.ts'
import type { Filter } from './views.ts'

const PAGE = 50
const HOUR_MS = 3_600_000
type Query = NonNullable<NonNullable<Routes['GET /admin/operations']['input']>['query']>
type Choice = Omit<Routes['POST /admin/bulks']['input']['body'], 'action' | 'reason'>

/** Which operations are meant, of this moment: the address of the page says hours. */
export const choiceOf = ({ hours = '24', q: _, kind, status, ...words }: Filter): Choice => ({
  ...words,
  ...(kind && { kind: kind as Choice['kind'] }),
  ...(status && { status: status as Choice['status'] }),
  since: new Date(Date.now() - Number(hours) * HOUR_MS).toISOString(),
})

export const queryOf = (filter: Filter): Query => ({
  ...(filter.q ? { q: filter.q } : choiceOf(filter)),
  limit: PAGE,
})
