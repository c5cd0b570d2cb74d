import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import type { Config } from '../../config.ts'
import type { OwnTls } from '../../network/own-tls.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { connectRedis } from './redis.ts'
import { count } from '../../telemetry/tally.ts'

/**
 * Every key that is cached, and for how many seconds. A key names the version of what it holds, so nothing is ever deleted or
 * overwritten with something newer: a reader first asks the database which version this person may see (one look-up by index, the
 * permission included), and a write makes all kept answers of older versions unreachable the moment it commits. So what Redis
 * missed, lost or kept too long can not make an answer stale. The permission itself is not kept here: revoked access ends at once
 * (docs/adr/0011-permissions-are-not-cached.md).
 */
export const CACHED = {
  scenario: (id: string, version: number, role: string, language: string, rules: number) => ({
    key: `scenor:scenario:${id}:${version}:${role}:${language}:${rules}`,
    seconds: 3_600,
  }),
  /** `shown`: of what the file shows beside its version (a renamed owner). */
  export: (id: string, version: number, format: string, shown: string) => ({
    key: `scenor:export:${id}:${version}:${format}:${shown}`,
    seconds: 3_600,
  }),
} as const

export interface CacheEntry {
  readonly key: string
  readonly seconds: number
}

export interface Cache {
  /** What is kept under the key, from this process or Redis. Never throws; a Redis that is away or slow has nothing. */
  get(entry: CacheEntry): Promise<Buffer | undefined>
  /** Keeps it. Never throws and waits for nobody. */
  set(entry: CacheEntry, value: Buffer): void
  /** `ready`, `away` (not usable now), or undefined when there is none configured. */
  redis(): 'ready' | 'away' | undefined
  close(): Promise<void>
}

/** Bytes that a process keeps itself, with and without Redis. */
const MAX_OWN_BYTES = 64 * 1024 * 1024
/** Larger values are made anew: they would push out everything else. */
const MAX_VALUE_BYTES = 2 * 1024 * 1024
/** Milliseconds that Redis has for an answer: above it the database is faster. */
const TIMEOUT_MS = 50
/** Milliseconds that a Redis which failed is left alone, so that a slow one does not cost every request its timeout. */
const COOLDOWN_MS = 1_000

/** Kept answers: in this process, and in Redis for all of them where `REDIS_URL` is set. */
export async function createCache(
  { REDIS_URL }: Pick<Config, 'REDIS_URL'>,
  logger: Logger,
  tls?: OwnTls,
): Promise<Cache> {
  const own = new LRUCache<string, Buffer>({
    maxSize: MAX_OWN_BYTES,
    sizeCalculation: (b) => b.length + 200,
    ttlAutopurge: false,
  })
  const redis = REDIS_URL === undefined ? undefined : await connect(REDIS_URL, logger, tls)
  /** On the clock of `performance.now()`: no setting of the time lengthens it. */
  let cooldownUntil = 0

  const usable = () => redis?.status === 'ready' && performance.now() >= cooldownUntil
  const failed = (error: unknown) => {
    if (performance.now() >= cooldownUntil) logger.warn({ err: error }, 'Redis does not answer; the cache rests')
    cooldownUntil = performance.now() + COOLDOWN_MS
  }
  return {
    get: async ({ key, seconds }) => {
      const kept = own.get(key)
      if (kept) return found('own', kept)
      if (!redis || !usable()) return found('miss')
      try {
        const shared = await redis.getBuffer(key)
        if (!shared) return found('miss')
        own.set(key, shared, { ttl: seconds * 1000 })
        return found('redis', shared)
      } catch (error) {
        failed(error)
        return found('miss')
      }
    },
    set: ({ key, seconds }, value) => {
      if (value.length > MAX_VALUE_BYTES) return
      own.set(key, value, { ttl: seconds * 1000 })
      if (redis && usable()) redis.set(key, value, 'EX', seconds).catch(failed)
    },
    redis: () => redis && (usable() ? 'ready' : 'away'),
    close: async () => {
      redis?.disconnect()
    },
  }
}

const found = (result: 'own' | 'redis' | 'miss', value?: Buffer): Buffer | undefined => {
  count('scenor_cache_total', { result })
  return value
}

async function connect(url: string, logger: Logger, tls: OwnTls | undefined): Promise<Redis> {
  const redis = await connectRedis(url, { name: 'scenor-cache', timeoutMs: TIMEOUT_MS, tls })
  redis.on('error', (error) => logger.debug({ err: error }, 'Redis connection'))
  redis.on('ready', () => logger.info('the cache is connected'))
  return redis
}
