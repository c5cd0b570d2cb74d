import type { Client } from '@temporalio/client'
import type { Cache } from '../cache.ts'
import type { Config } from '../config.ts'
import type { Databases } from '../db/connection.ts'
import type { Renderer } from '../exports/renderer.ts'
import type { Keys } from '../keys.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { AccessTokens } from './access-token.ts'
import type { Acceptor } from './accept.ts'
import type { Passwords } from './passwords.ts'
import type { NotificationWatch } from './notification-stream.ts'
import type { OperationWatch } from './operation-watch.ts'
import type { Sessions } from './sessions.ts'
import type { Throttle } from './throttle.ts'
import type { Streams } from './sse.ts'

/** What `createApp` is given: made once in `main.ts`, or in a test. Nothing connects at import. */
export interface ApiDeps {
  readonly config: Config
  readonly logger: Logger
  readonly databases: Databases
  readonly temporal: Client
  readonly keys: Keys
  readonly tokens: AccessTokens
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly acceptor: Acceptor
  readonly throttle: Throttle
  readonly cache: Cache
  readonly renderer: Renderer
  readonly metrics: Metrics
  /** Open event streams; closed before the server drains. */
  readonly streams: Streams
  /** Wakes whoever streams an operation when something was written about it. */
  readonly operationWatch: OperationWatch
  /** Wakes whoever streams a person's notifications. */
  readonly notificationWatch: NotificationWatch
  /** True while the process drains: readiness answers 503. */
  readonly stopping: () => boolean
}
