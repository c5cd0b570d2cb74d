import { randomUUID } from 'node:crypto'
import type { Config } from '../../config.ts'
import { fail } from '../../errors/errors.ts'
import type { OwnTls } from '../../network/own-tls.ts'
import { connectRedis } from '../cache/redis.ts'

/** Streams of a person at a time. A cap and no limit of how often, so that RATE_LIMIT_SCALE does not move it: each holds a connection. */
export const MOST_STREAMS = 10
/** A slot that its process does not renew (it was killed) is free again after this. */
const LEASE_MS = 60_000
const TIMEOUT_MS = 500

/** KEYS: the person. ARGV: slot, most, lease (ms). By the clock of Redis, which all processes share. */
const TAKE = `
local t = redis.call('time')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
if not redis.call('zscore', KEYS[1], ARGV[1]) and redis.call('zcard', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('zadd', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('pexpire', KEYS[1], ARGV[3])
return 1`

/** Who listens: a person, or, where no account is needed, an address. */
type Listener = { readonly person: string } | { readonly address: string }

export interface Slots {
  /**
   * Takes one of the listener's, and gives the function that frees it.
   * @throws AppError rate.limited
   */
  take(listener: Listener): Promise<() => void>
  stop(): void
}

/** Counted in this process, and for people over all processes where there is Redis. One that is away counts nothing. */
export async function createSlots({ REDIS_URL }: Pick<Config, 'REDIS_URL'>, tls?: OwnTls): Promise<Slots> {
  const redis =
    REDIS_URL === undefined
      ? undefined
      : await connectRedis(REDIS_URL, { name: 'scenor-streams', timeoutMs: TIMEOUT_MS, tls })
  const own = new Map<string, Set<string>>()
  const share = (person: string, slot: string, most: number): Promise<boolean> =>
    redis?.eval(TAKE, 1, `scenor:streams:${person}`, slot, String(most), LEASE_MS).then(
      (taken) => taken === 1,
      () => true,
    ) ?? Promise.resolve(true)
  // One that is held is renewed whatever else there is, also in a Redis that came back empty.
  const renew = () => {
    for (const [key, slots] of own)
      if (key.startsWith('person ')) slots.forEach((slot) => void share(key.slice('person '.length), slot, Infinity))
  }
  const timer = redis && setInterval(renew, LEASE_MS / 3).unref()

  return {
    take: async (listener) => {
      const key = 'person' in listener ? `person ${listener.person}` : `address ${listener.address}`
      const slot = randomUUID()
      const slots = own.get(key) ?? new Set()
      own.set(key, slots)
      const free = () => {
        slots.delete(slot)
        if (slots.size === 0) own.delete(key)
        if ('person' in listener) redis?.zrem(`scenor:streams:${listener.person}`, slot).catch(() => {})
      }
      if (slots.size >= MOST_STREAMS) full()
      // Before it is asked elsewhere, so that of twenty at once ten wait for the answer and ten are refused.
      slots.add(slot)
      if ('person' in listener && !(await share(listener.person, slot, MOST_STREAMS))) {
        free()
        full()
      }
      return free
    },
    stop: () => {
      clearInterval(timer)
      redis?.disconnect()
    },
  }
}

/** One of them has to end first: nothing comes back with time, so that the seconds are only those that a client may wait between tries. */
const full = (): never =>
  fail('rate.limited', {
    headers: {
      'RateLimit-Policy': `"streams";q=${MOST_STREAMS}`,
      RateLimit: '"streams";r=0',
      'Retry-After': '10',
    },
  })
