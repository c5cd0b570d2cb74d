import pg from 'pg'
import { until } from './until.ts'

export interface HeldTable extends AsyncDisposable {
  /** Resolves when a statement of somebody else waits for the table, or to write to it: gauges read where they like. */
  someoneWaits(to?: 'read or write' | 'write'): Promise<boolean>
  release(): Promise<void>
}

/** Locks a table, so that its readers and writers wait: as a migration does, or a transaction that somebody forgot. */
export async function holdTable(url: string, table: string): Promise<HeldTable> {
  const [holder, watcher] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })]
  await Promise.all([holder.connect(), watcher.connect()])
  await holder.query('set idle_in_transaction_session_timeout = 0; begin')
  await holder.query(`lock table ${table} in access exclusive mode`)
  let released: Promise<unknown> | undefined
  const release = async () => {
    await (released ??= holder.query('rollback').then(() => Promise.all([holder.end(), watcher.end()])))
  }
  return {
    someoneWaits: (to = 'read or write') =>
      until(async () => {
        const { rows } = await watcher.query<{ mode: string }>(
          `select mode from pg_locks where not granted and relation = '${table}'::regclass`,
        )
        return rows.some(({ mode }) => to !== 'write' || mode === 'RowExclusiveLock')
      }),
    release,
    [Symbol.asyncDispose]: release,
  }
}
