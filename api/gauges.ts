import type { Config } from '../config.ts'
import { registerPoolGauges } from '../db/pool-gauges.ts'
import { registerKeyGauges } from '../keys/gauges.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { ApiDeps } from './context.ts'
import { requestsInFlight } from './http/middleware/access-log.ts'

type Sources = Pick<ApiDeps, 'streams' | 'passwords' | 'renderer' | 'cache' | 'databases' | 'keys'> & {
  readonly config: Config
}

/** What waits and what is open in an API process. */
export function registerApiGauges(metrics: Metrics, deps: Sources): void {
  const { streams, passwords, renderer, cache, databases, keys, config } = deps
  const one = (value: () => number) => async () => [[{}, value()]] as const
  metrics.gauge('scenor_http_in_flight', one(requestsInFlight))
  metrics.gauge(
    'scenor_streams_open',
    one(() => streams.size),
  )
  metrics.gauge('scenor_hashes_waiting', one(passwords.waiting))
  metrics.gauge('scenor_exports_waiting', one(renderer.waiting))
  metrics.gauge('scenor_redis_up', async () => {
    const state = cache.redis()
    return state === undefined ? [] : [[{}, state === 'ready' ? 1 : 0]]
  })
  registerPoolGauges(metrics, databases, config.SERVICES)
  registerKeyGauges(metrics, config, keys)
}
