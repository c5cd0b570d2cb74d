import type { Redis } from 'ioredis'
import { connectingWith, type OwnTls } from '../../network/own-tls.ts'

/** Milliseconds between attempts to connect at most, so that what Redis is for works again soon after it is back. */
const MAX_RECONNECT_MS = 2_000

/** As long as a connection may say nothing when it is asked. */
const SILENCE_MS = 5_000

/**
 * A connection that never holds up a request: what cannot be sent now, or is not answered in time, fails at once, since everything that
 * asks Redis has another way. It connects again by itself. Its client is loaded only where there is a Redis: 4 MB.
 * @param options.name seen by operators in `client list`
 * @param options.tls what a server that speaks TLS is trusted by and shown; default: the authorities of the system, and nothing
 */
export async function connectRedis(
  url: string,
  { name, timeoutMs, tls }: { name: string; timeoutMs: number; tls?: OwnTls | undefined },
): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, {
    // Of rediss:// alone: one without TLS stays as it is.
    ...(tls && url.startsWith('rediss:') && { tls: connectingWith(tls) }),
    connectionName: name,
    // A command that cannot be sent now fails now: nobody waits for a server that may come back.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: 2_000,
    // One that has not said anything for so long since it was asked is gone without a word: the next connection is another.
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(times * 200, MAX_RECONNECT_MS),
  })
  // Without a listener an error of the connection would end the process.
  redis.on('error', () => {})
  return redis
}
