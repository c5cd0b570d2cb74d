import type { Language } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import type { Caller } from '../route.ts'

/** What the middlewares learn of a request. */
export interface RequestState {
  requestId: string
  readonly log: Logger
  language: () => Promise<Language>
  user: Caller | undefined
  /** Path template of the matched route, for the log: paths hold ids. */
  route: string | undefined
}
