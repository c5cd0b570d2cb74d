import { networkInterfaces } from 'node:os'
import type { Config } from '../config.ts'
import { doubling, runLoop, type Stoppable } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createConsul, type Consul, type Consulted, type Instance } from './consul.ts'

/** What a process that serves tells of itself. */
interface Served {
  readonly name: string
  readonly port: number
  readonly internalPort: number
  /** Its services, and what others read of it there. */
  readonly tags: readonly string[]
}

/**
 * Who finds whom. By default the environment: addresses are names that DNS knows, or are listed, and nobody is told anything. With
 * CONSUL_HTTP_ADDR Consul: processes tell it that they are there, and hear of others and of settings. Consul away changes nothing: what was
 * known last holds.
 */
export interface Discovery {
  /** @returns takes it back: nobody new is sent here */
  announce(self: Served): Stoppable
  /** Tells at each change who serves that. */
  watch(name: string, changed: (copies: readonly Instance[]) => void): Stoppable
  /** Tells at each change what settings there are; a text for each name. */
  settings(changed: (values: ReadonlyMap<string, string>) => void): Stoppable
}

/** API processes, as they are listed. */
export const API_NAME = 'scenor-api'
/** Below it in Consul's key-value store; each key is a variable. */
const SETTINGS = 'scenor/config/'
/** An agent that lost its memory hears of us again; one that knows us changes nothing. */
const AGAIN_MS = 5_000

const NOBODY: Stoppable = { stop: async () => {} }

export const byEnvironment: Discovery = { announce: () => NOBODY, watch: () => NOBODY, settings: () => NOBODY }

export const discoveryOf = (config: Config, logger: Logger): Discovery =>
  config.CONSUL_HTTP_ADDR === undefined ? byEnvironment : byConsul(createConsul(config), config, logger)

function byConsul(consul: Consul, config: Pick<Config, 'ADVERTISE_HOST' | 'HOST'>, logger: Logger): Discovery {
  let away = false
  /** Once for each outage, however many ask. */
  const missed = (error: unknown, failures: number): number => {
    if (!away) logger.warn({ err: error }, 'Consul is away: what was known last holds')
    away = true
    return doubling(250, 2_000)(failures)
  }
  const reached = () => {
    if (away) logger.info('Consul is back')
    away = false
  }
  /** Asks, tells, and asks again for what is another state. */
  const follow = <T>(
    ask: (after: string | null, signal: AbortSignal) => Promise<Consulted<T>>,
    changed: (value: T) => void,
  ): Stoppable => {
    let after: string | null = null
    return runLoop({
      round: async ({ signal }) => {
        const answer = await ask(after, signal).catch((error: unknown) => {
          if (!signal.aborted) throw error
        })
        if (!answer) return 0
        const { index, value } = answer
        reached()
        if (index !== after) changed(value)
        after = index
        return 0
      },
      failed: (error, failures) => {
        // Anew, and at once: what changed meanwhile is not waited for.
        after = null
        return missed(error, failures)
      },
    })
  }
  return {
    announce: ({ name, port, internalPort, tags }) => {
      const address = config.ADVERTISE_HOST ?? ownAddress(config.HOST)
      const id = `${name}-${address}-${port}`
      const loop = runLoop({
        round: async () => {
          await consul.register({
            ...{ id, name, address, port, tags },
            meta: { internal_port: String(internalPort) },
            check: `http://${address.includes(':') ? `[${address}]` : address}:${port}/health/ready`,
          })
          reached()
          return AGAIN_MS
        },
        failed: missed,
      })
      return {
        stop: async () => {
          await loop.stop()
          // An agent that is away forgets us by its check.
          await consul.deregister(id).catch((error: unknown) => void missed(error, 1))
        },
      }
    },
    watch: (name, changed) => follow((after, signal) => consul.instances(name, after, signal), changed),
    settings: (changed) => follow((after, signal) => consul.values(SETTINGS, after, signal), changed),
  }
}

/** Where others of its network reach a process that listens on all addresses: the first that is not loopback. */
function ownAddress(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
}
