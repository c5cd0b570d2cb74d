/** `npm run import -- file.json`, or `-- --from postgres://…`: takes over the monolith's people and scenarios. See docs/migration.md. */
import './closed-pipe.ts'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../config.ts'
import { openDatabases } from '../db/databases.ts'
import { withImportLock } from './import/lock.ts'
import { createProgress } from './import/progress.ts'
import { importMonolith } from './import/run.ts'
import { readDatabaseSource, readFileSource } from './import/source.ts'

const HELP = `npm run import -- <file.json> [--write]
npm run import -- --from postgres://user:password@host/database [--write]

Without --write nothing is changed: the report tells what would be.
  --source NAME  which monolith (default: monolith); the same at every run
  --report FILE  where the whole report goes (default: a new file in DATA_DIR/imports)
`

async function main(): Promise<void> {
  const options = {
    from: { type: 'string' },
    write: { type: 'boolean', default: false },
    source: { type: 'string', default: 'monolith' },
    report: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (values.help || (values.from === undefined) !== (positionals.length === 1)) return void process.stdout.write(HELP)
  const config = loadConfig()
  const progress = createProgress(process.stderr)
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const path = resolve(values.report ?? join(config.DATA_DIR, 'imports', `${stamp}.txt`))
  const say = (text: string) => {
    progress.end()
    process.stdout.write(`${text}\n`)
  }
  const databases = openDatabases(config, 'import')
  try {
    if (!config.listenUrls) throw new Error('DATABASE_URL must be set for this process')
    await withImportLock(config.listenUrls.auth, async () => {
      using staging =
        values.from === undefined
          ? await readFileSource(positionals[0]!, progress.count)
          : await readDatabaseSource(values.from, progress.count)
      const file = createReportFile(path)
      const once = async (title: string, write: boolean) => {
        file.line(title)
        const report = await importMonolith(staging, {
          databases,
          source: values.source,
          write,
          keep: file.line,
          progress: progress.bar,
        })
        file.line(report.table())
        say(`${title}\n${report.print()}`)
      }
      await once('What would be done:', false)
      if (values.write) await once('Done:', true)
      else say('Nothing was written: add --write.')
      file.close()
      say(`The whole report: ${path}`)
    })
  } finally {
    progress.end()
    await databases.close()
  }
}

function createReportFile(path: string): { line: (text: string) => void; close: () => void } {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'w', 0o600)
  return { line: (text) => void writeSync(file, `${text}\n`), close: () => closeSync(file) }
}

await main().catch((error: unknown) => {
  process.stderr.write(`import: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
