import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, BenchResult } from './result.ts'
import { render } from './table.ts'
import { SERVERS } from './temporal-servers.ts'

/** In the order in which they run when none is named. */
const NAMES = [
  'polling',
  'generation',
  'live',
  'grown',
  'long',
  'recovery',
  'visibility',
  'starts',
  'startup',
  'auth',
  'scenarios',
  'bus',
  'import',
  'exports',
  'archives',
  'retention',
  'tracing',
  'bodies',
] as const
/** Only when named: it needs Temporal's production server, which takes minutes to build. */
const ON_DEMAND: readonly string[] = ['visibility']
const FOLDER = fileURLToPath(new URL('results/', import.meta.url))
const HELP = `npm run bench -- [name…] [options]

Measures this machine's figures against their bare limits; prints a table, writes JSON to bench/results/.

  names       ${NAMES.join(', ')} (those that exist; default: all but ${ON_DEMAND.join(', ')})
  --rounds N  interleaved rounds (default 3)
  --server S  Temporal server: dev (default) or postgres, the production server, built once
  --rivals    other engines in the same run: generation, long (installed once into the cache)
  --in-flight N,N  at a time: long
  --quick     fewer and shorter rounds
  --profile   V8 profiles of the processes in bench/results/profiles/ (they slow down what is measured)
  --help      this text
`

const file = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))
const print = (text: string) => void process.stdout.write(`${text}\n`)

function fail(message: string): never {
  print(`${message}\n\n${HELP}`)
  process.exit(1)
}

function readArguments() {
  try {
    const options = {
      rounds: { type: 'string', default: '3' },
      server: { type: 'string', default: 'dev' },
      rivals: { type: 'boolean', default: false },
      'in-flight': { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return fail((error as Error).message)
  }
}

const { values, positionals } = readArguments()
if (values.help) {
  print(HELP)
  process.exit(0)
}
const available = NAMES.filter((name) => existsSync(file(name)))
const unknown = positionals.find((name) => !(available as string[]).includes(name))
if (unknown !== undefined) fail(`No bench "${unknown}".`)
if (!/^[1-9]\d?$/.test(values.rounds)) fail('--rounds must be a number from 1 to 99.')
const server = SERVERS.find((name) => name === values.server) ?? fail(`--server must be one of ${SERVERS.join(', ')}.`)
if (!/^(?:\d{1,4}(?:,|$))*$/.test(values['in-flight'])) fail('--in-flight must be numbers with commas.')
const inFlight = values['in-flight'].split(',').filter(Boolean).map(Number)
const chosen =
  positionals.length > 0
    ? available.filter((name) => positionals.includes(name))
    : available.filter((name) => !ON_DEMAND.includes(name))
const rounds = values.quick ? 1 : Number(values.rounds)
const profiles = values.profile ? join(FOLDER, 'profiles') : null

const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? '',
  load_average: loadavg(),
  node: process.version,
}
const busy = machine.load_average[0]! > 0.5
print(
  `LOAD AVERAGE AT START ${machine.load_average.map((n) => n.toFixed(2)).join(' ')} on ${machine.cores} cores${busy ? ': THE MACHINE IS BUSY; trust the ratios, not the absolute figures' : ''}`,
)

let undo = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void undo.disposeAsync().finally(() => process.exit(130)))

const say = (line: string) => void process.stderr.write(`${line}\n`)
const results: Record<string, BenchResult> = {}
for (const name of chosen) {
  const { run } = (await import(file(name))) as Bench
  undo = new AsyncDisposableStack()
  try {
    results[name] = await run({
      rounds,
      quick: values.quick,
      server,
      rivals: values.rivals,
      inFlight,
      profiles,
      undo,
      say,
    })
  } finally {
    await undo.disposeAsync()
  }
  print(render(name, results[name]))
}
mkdirSync(FOLDER, { recursive: true })
const path = join(FOLDER, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`)
writeFileSync(
  path,
  `${JSON.stringify({ machine, server, rivals: values.rivals, rounds, quick: values.quick, results }, null, 2)}\n`,
)
print(`\nWritten to bench/results/${path.slice(FOLDER.length)}`)
