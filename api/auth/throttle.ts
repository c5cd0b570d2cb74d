import { createHmac, createSecretKey } from 'node:crypto'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '../../config.ts'
import { fail } from '../../errors/errors.ts'
import type { OwnTls } from '../../network/own-tls.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { connectRedis } from '../cache/redis.ts'
import { count } from '../../telemetry/tally.ts'

/** How often what is allowed: `points` in `seconds`. All are scaled by RATE_LIMIT_SCALE. */
export const LIMITS = {
  /** Wrong passwords for one account from one address (OWASP: few, and per pair, so that nobody locks another one out). */
  login_pair: { points: 5, seconds: 900 },
  /** Wrong passwords on a device, or in a session, that is the account's own. */
  login_device: { points: 5, seconds: 900 },
  /** Wrong passwords for one account from anywhere but known devices. Past it, those who look known go on, others one at a time. */
  login_account: { points: 20, seconds: 3_600 },
  /** What others still have then. */
  login_account_slow: { points: 1, seconds: 30 },
  /** Calls without a session from one address, over all of /auth, right ones too. */
  auth_address: { points: 300, seconds: 300 },
  register_address: { points: 20, seconds: 3_600 },
  /** Mails that somebody else may have asked for. */
  mails_account: { points: 5, seconds: 3_600 },
  /** Tickets for streams: as many as ten streams that all break and are opened again every ten seconds. */
  stream_tickets: { points: 60, seconds: 60 },
  /** Texts with a code: each costs money. */
  texts_account: { points: 5, seconds: 3_600 },
  texts_number: { points: 5, seconds: 86_400 },

  // What one person writes. Beyond what hands and an editor that saves by itself do (once a second); a script that moves a library waits.
  scenarios_person: { points: 120, seconds: 60 },
  comments_person: { points: 30, seconds: 60 },
  imports_person: { points: 60, seconds: 600 },
  /** Files and comparisons: up to seconds of a core each, where none is kept. */
  exports_person: { points: 120, seconds: 600 },
  /** Whole archives of a person. */
  archives_person: { points: 10, seconds: 86_400 },
  /** Links and shares with people. */
  links_person: { points: 60, seconds: 3_600 },
  /** Every other write. */
  writes_person: { points: 300, seconds: 60 },
} as const

type Limit = keyof typeof LIMITS
/** Limits that are counted before a request is looked into: by the client's address, or by the person. */
export type RequestLimit = Extract<Limit, `${string}_address` | `${string}_person`>

interface Quota {
  readonly allowed: boolean
  /** For the answer: `RateLimit-Policy`, `RateLimit`, and `Retry-After` (seconds) when nothing is left. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Throttle {
  /** Counts one and says whether it was within the limit. Counted before the work, so that a burst at once is counted too. */
  take(limit: Limit, key: string): Promise<Quota>
  /** @throws AppError rate.limited */
  need(limit: Limit, key: string): Promise<Quota>
  /** Takes one back: it turned out to be no misuse. */
  giveBack(limit: Limit, key: string): Promise<void>
  forget(limit: Limit, key: string): Promise<void>
  stop(): Promise<void>
}

/** Longest that a dead Redis may hold up a request. */
const REDIS_TIMEOUT_MS = 500

/** Limits in Redis, the same for all API processes; in this process's memory without one, and while it is dead. */
export async function createThrottle(config: Config, secret: Buffer, logger: Logger, tls?: OwnTls): Promise<Throttle> {
  const redis = config.REDIS_URL === undefined ? undefined : await connect(config.REDIS_URL, logger, tls)
  const limiter = (name: Limit): RateLimiterAbstract => {
    const { points, seconds } = LIMITS[name]
    const options = {
      keyPrefix: `limit:${name}`,
      points: Math.max(1, Math.round(points * config.RATE_LIMIT_SCALE)),
      duration: seconds,
    }
    const memory = new RateLimiterMemory(options)
    if (!redis) return memory
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      insuranceLimiter: memory,
      rejectIfRedisNotReady: true,
    })
  }
  const limiters = Object.fromEntries((Object.keys(LIMITS) as Limit[]).map((name) => [name, limiter(name)])) as Record<
    Limit,
    RateLimiterAbstract
  >
  // Keys hold addresses of people: what stands in Redis or in memory is their HMAC. A secret that is made a key once: 4 µs each, not 21.
  const secretKey = createSecretKey(secret)
  const hidden = (key: string) => createHmac('sha256', secretKey).update(key).digest('base64url').slice(0, 22)
  const headers = (limit: Limit, { remainingPoints, msBeforeNext }: RateLimiterRes, allowed: boolean) => {
    const { points, duration } = limiters[limit]
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
    return {
      'RateLimit-Policy': `"${limit}";q=${points};w=${duration}`,
      RateLimit: `"${limit}";r=${Math.max(0, remainingPoints)};t=${seconds}`,
      ...(!allowed && { 'Retry-After': String(seconds) }),
    }
  }
  const take = async (limit: Limit, key: string): Promise<Quota> => {
    try {
      const state = await limiters[limit].consume(hidden(key))
      return { allowed: true, headers: headers(limit, state, true) }
    } catch (state) {
      if (!(state instanceof RateLimiterRes)) throw state
      count('scenor_throttled_total', { limit })
      return { allowed: false, headers: headers(limit, state, false) }
    }
  }
  return {
    take,
    need: async (limit, key) => {
      const quota = await take(limit, key)
      return quota.allowed ? quota : fail('rate.limited', { headers: quota.headers })
    },
    giveBack: async (limit, key) => void (await limiters[limit].reward(hidden(key))),
    forget: async (limit, key) => void (await limiters[limit].delete(hidden(key))),
    stop: async () => redis?.disconnect(),
  }
}

async function connect(url: string, logger: Logger, tls: OwnTls | undefined): Promise<Redis> {
  const redis = await connectRedis(url, { name: 'scenor-limits', timeoutMs: REDIS_TIMEOUT_MS, tls })
  let down = false
  redis.on('error', (error: unknown) => {
    if (!down) logger.warn({ err: error }, 'Redis is away: limits are counted in memory')
    down = true
  })
  redis.on('ready', () => (down = false))
  return redis
}
