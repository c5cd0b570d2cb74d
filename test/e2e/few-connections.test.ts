import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { doCoreJob } from '../support/core-job.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { testServers } from '../support/servers.ts'
import { startSystem } from '../support/system.ts'

describe('the core job', () => {
  test('is done behind a PgBouncer in transaction mode that has fewer connections than its clients, and knows no prepared statement', async () => {
    await using pooler = await startPgBouncer(testServers().postgres)
    const system = await startSystem({ pooler: pooler.address })
    try {
      await doCoreJob(system)
      // It did go through it.
      const through = new pg.Client({ connectionString: system.databases.env['AUTH_DATABASE_URL'] })
      await through.connect()
      const { rows } = await through.query<{ ours: number }>(
        'select count(*)::int as ours from pg_stat_activity where datname = current_database()',
      )
      await through.end()
      // Three of the pooler's, and one that listens.
      expect(rows[0]?.ours).toBeLessThanOrEqual(4)
      expect(system.logs.filter((line) => line.includes('"log.level":"error"'))).toEqual([])
    } finally {
      await system.stop()
    }
  })

  test('is done with one connection to each database: no transaction waits for another connection', async () => {
    const system = await startSystem({ env: { DATABASE_POOL: '1' } })
    try {
      await doCoreJob(system)
      expect(system.logs.filter((line) => /timeout exceeded when trying to connect/.test(line))).toEqual([])
    } finally {
      await system.stop()
    }
  })
})
