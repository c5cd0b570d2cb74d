import { sql, type QueryExecutorProvider } from 'kysely'
import type { Logger } from '../telemetry/logger.ts'

/** Far below what tokens bear (internal/token.ts): somebody should look at the machine's clock by then. */
const TOLD_FROM_MS = 5_000

/**
 * How far this process's clock is before that of Postgres, by which all that is written is timed; milliseconds, undefined where that is
 * nothing to speak of. The question's own way is taken off, half of it each way (Cristian's algorithm).
 */
export async function clockSkewMs(
  db: QueryExecutorProvider,
  now: () => number = Date.now,
): Promise<number | undefined> {
  const asked = now()
  const { rows } = await sql<{ ms: number }>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`.execute(
    db,
  )
  const skew = Math.round((asked + now()) / 2 - (rows[0]?.ms ?? asked))
  return Math.abs(skew) >= TOLD_FROM_MS ? skew : undefined
}

/** Says once in the log when the clocks differ. A database that is away now says nothing. */
export function tellSkew(db: QueryExecutorProvider, logger: Logger): void {
  const tell = (skew_ms: number | undefined) => {
    if (skew_ms !== undefined) logger.error({ skew_ms }, 'the clock of this machine differs from that of Postgres')
  }
  clockSkewMs(db).then(tell, () => {})
}
