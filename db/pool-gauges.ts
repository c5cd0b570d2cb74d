import type { Service } from '../services.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { poolOf } from './connection.ts'
import type { Databases } from './databases.ts'

/** How full the pools of a process are: what waits there is what people wait for. */
export function registerPoolGauges(metrics: Metrics, databases: Databases, services: readonly Service[]): void {
  const pools = () =>
    services.flatMap((database) => {
      const pool = poolOf(databases[database])
      return pool ? [{ database, pool }] : []
    })
  metrics.gauge('scenor_db_pool_connections', async () =>
    pools().flatMap(({ database, pool }) => [
      [{ database, state: 'used' }, pool.totalCount - pool.idleCount] as const,
      [{ database, state: 'idle' }, pool.idleCount] as const,
    ]),
  )
  metrics.gauge('scenor_db_pool_limit', async () =>
    pools().map(({ database, pool }) => [{ database }, pool.options.max] as const),
  )
  metrics.gauge('scenor_db_pool_waiting', async () =>
    pools().map(({ database, pool }) => [{ database }, pool.waitingCount] as const),
  )
}
