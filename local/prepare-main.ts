/**
 * Brings the databases and the keys up to date and ends. A process of its own, since what it loads for that (the query builder, the
 * migrations, the token library) would stay in the memory of the process that ran it: 40 MB of a supervisor that then only waits.
 */
import { codecToken } from '../temporal/codec.ts'
import { loadConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { loadKeys } from '../keys/keys.ts'
import { explain } from './explain.ts'
import type { PreparationMessage } from './prepare.ts'

const tell = (message: PreparationMessage) => process.send?.(message)
// The supervisor was killed: a migration that is under way is rolled back, and the next start does it again.
process.once('disconnect', () => process.exit(1))

try {
  const config = loadConfig()
  if (!config.listenUrls) throw new Error('no databases are configured')
  await migrate(config.listenUrls, (line) => tell({ type: 'step', text: `Migrated ${line}` }))
  const { payload, devPages } = await loadKeys(config)
  tell({ type: 'prepared', codecToken: codecToken(payload), devPages })
} catch (error) {
  tell({ type: 'failed', text: explain(error) })
}
