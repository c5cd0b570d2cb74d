import type { Language } from '../../../language.ts'
import type { Logger } from '../../../telemetry/logger.ts'
import type { Caller } from '../caller.ts'

/** What the middlewares learn of a request. */
export interface RequestState {
  requestId: string
  log: Logger
  language: () => Promise<Language>
  user: Caller | undefined
  /** Path template of the matched route, for the log: paths hold ids. */
  route: string | undefined
}
