/** `npm run import -- file.json`, or `-- --from postgres://…`: takes over the monolith's people and scenarios. See docs/migration.md. */
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { openDatabases } from '../db/connection.ts'
import { importMonolith } from './import/run.ts'
import { readDatabaseSource, readFileSource } from './import/source.ts'

const HELP = `npm run import -- <file.json> [--write]
npm run import -- --from postgres://user:password@host/database [--write]

Without --write nothing is changed: the report tells what would be.
  --source NAME  which monolith (default: monolith); the same at every run
`

async function main(): Promise<void> {
  const options = {
    from: { type: 'string' },
    write: { type: 'boolean', default: false },
    source: { type: 'string', default: 'monolith' },
    help: { type: 'boolean', default: false },
  } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (values.help || (values.from === undefined) !== (positionals.length === 1)) return void process.stdout.write(HELP)
  const monolith =
    values.from === undefined ? await readFileSource(positionals[0]!) : await readDatabaseSource(values.from)
  const databases = openDatabases(loadConfig(), 'import')
  try {
    const once = (write: boolean) => importMonolith(monolith, { databases, source: values.source, write })
    process.stdout.write(`What would be done:\n${(await once(false)).print()}\n`)
    if (!values.write) return void process.stdout.write('Nothing was written: add --write.\n')
    process.stdout.write(`Done:\n${(await once(true)).print()}\n`)
  } finally {
    await databases.close()
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`import: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
