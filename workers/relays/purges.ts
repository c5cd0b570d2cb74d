import type { Kysely } from 'kysely'
import { purge, purgesOf } from '../../db/retention/purge.ts'
import { runLoop, type Stoppable } from '../../lifecycle.ts'
import type { Service } from '../../services.ts'
import type { Logger } from '../../telemetry/logger.ts'

/** Nothing is used beyond its time, whether its row is still there or not; forty rules that ask each minute are 3 statements a second. */
const EVERY_MS = 300_000
/** Between two full rounds, for those who wait for a connection. */
const PAUSE_MS = 20
/** Not all at once, and not while a process starts. */
const APART_MS = 2_000

/** Removes what has had its time, each table by a loop of its own: one that fails, or whose table is locked, holds up no other. */
export const runPurges = <DB>(service: Service, { db, logger }: { db: Kysely<DB>; logger: Logger }): Stoppable[] =>
  purgesOf(service).map((one, i) => {
    let begun = false
    return runLoop({
      name: `purge of ${service} ${one.name}`,
      round: async ({ rest, signal }) => {
        if (!begun) await rest((i + 1) * APART_MS)
        if (signal.aborted) return 0
        begun = true
        return (await purge(db, one)) < one.batch ? EVERY_MS : PAUSE_MS
      },
      failed: (error) => {
        logger.warn({ err: error, service, table: one.table }, 'a purge failed; it comes again')
        return EVERY_MS
      },
    })
  })
