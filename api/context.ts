import type { Client } from '@temporalio/client'
import type { Cache } from './cache/cache.ts'
import type { Config } from '../config.ts'
import type { Databases } from '../db/databases.ts'
import type { Watch } from '../db/watch.ts'
import type { Renderer } from '../exports/renderer.ts'
import type { Keys } from '../keys/keys.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { AccessTokens } from './auth/access-token.ts'
import type { Acceptor } from './http/accept.ts'
import type { Passwords } from './auth/passwords.ts'
import type { SessionMode } from './auth/session-mode.ts'
import type { Sessions } from './auth/sessions.ts'
import type { Throttle } from './auth/throttle.ts'
import type { SignedLinks } from './auth/signed-links.ts'
import type { StreamTickets } from './auth/stream-tickets.ts'
import type { Streams } from './streams/streams.ts'

/** What `createApp` is given: made once by `createApi`. Nothing connects at import. */
export interface ApiDeps {
  readonly config: Config
  readonly logger: Logger
  readonly databases: Databases
  readonly temporal: Client
  readonly keys: Keys
  readonly tokens: AccessTokens
  readonly sessions: Sessions
  readonly streamTickets: StreamTickets
  readonly signedLinks: SignedLinks
  readonly sessionMode: SessionMode
  readonly passwords: Passwords
  readonly acceptor: Acceptor
  readonly throttle: Throttle
  readonly cache: Cache
  readonly renderer: Renderer
  /** Open event streams; closed before the server drains. */
  readonly streams: Streams
  /** Wakes the streams of an operation when something was written about it. */
  readonly operationWatch: Watch
  /** Wakes the streams of a person's notifications. */
  readonly notificationWatch: Watch
  /** True while the process drains: readiness answers 503. */
  readonly stopping: () => boolean
}
