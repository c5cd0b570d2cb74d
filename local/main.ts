import { fileURLToPath } from 'node:url'
import { migrate } from '../db/migrate.ts'
import { loadKeys } from '../keys.ts'
import { HELP } from './help.ts'
import { EXIT, run } from './run.ts'

/** `npm start`: Postgres, Temporal, API and workers on this machine. */
const args = process.argv.slice(2)
const print = (text: string) => void process.stdout.write(`${text}\n`)
const unknown = args.find((arg) => !['--help', '-h', '--verbose'].includes(arg))

if (args.includes('--help') || args.includes('-h')) print(HELP)
else if (unknown !== undefined) {
  print(`Unknown option: ${unknown}\n\n${HELP}`)
  process.exitCode = EXIT.failed
} else {
  const script = (path: string) => [fileURLToPath(new URL(`../${path}`, import.meta.url))]
  const code = await run({
    env: process.env,
    verbose: args.includes('--verbose'),
    print,
    migrate,
    loadKeys,
    children: [
      { name: 'workers', command: process.execPath, args: script('workers/main.ts'), port: null },
      { name: 'api', command: process.execPath, args: script('api/main.ts'), port: null },
    ],
  })
  process.exit(code)
}
