/** `npm run eval`: has the briefs of examples/eval written and prints what the checks say of them, the run before beside it. */
import './closed-pipe.ts'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { selectProvider } from '../llm/select.ts'
import { loadConfig, type Config } from '../config.ts'
import { readBriefs } from './eval/briefs.ts'
import { evaluate, type EvalRun } from './eval/evaluate.ts'
import { evalTable } from './eval/table.ts'

const SET = new URL('../examples/eval/briefs.json', import.meta.url)

const HELP = `npm run eval -- [options]

Has the briefs of examples/eval written as production does and prints what the checks say, the run before beside it. Runs are kept in
DATA_DIR/eval. It costs what the model costs; nothing is stored in any database. Ends with 1 when a brief got no script.

  --provider NAME   demo, or one that the configuration names (default: all of those, in their order)
  --only TEXT       briefs with this in their name
  --briefs FILE     another set
  --help            this text
`

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        provider: { type: 'string' },
        only: { type: 'string', default: '' },
        briefs: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return fail(`${(error as Error).message.split('. ')[0]}\n\n${HELP}`)
  }
}

const { values } = readArguments()
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const config = loadConfig()
const chosen = choose(config, values.provider)
const briefs = readBriefs(values.briefs ?? SET).filter(({ name }) => name.includes(values.only))
if (!chosen) fail(`No such provider. There are: ${['demo', ...config.providers.map((p) => p.name)].join(', ')}`)
if (briefs.length === 0) fail(`No brief has "${values.only}" in its name.`)
const run = await evaluate(briefs, {
  provider: await selectProvider(chosen),
  repairRounds: config.AI_REPAIR_ROUNDS,
  callMs: config.AI_TIMEOUT_MS,
  say: (line) => void process.stderr.write(`${line}\n`),
})
const folder = join(config.DATA_DIR, 'eval')
mkdirSync(folder, { recursive: true })
const last = join(folder, `${`${run.provider}.${run.model}`.replace(/[^\w.-]/g, '_')}.json`)
const before = previous(last)
process.stdout.write(`${evalTable(run, before)}\n`)
// What was left out by --only keeps its last result.
const kept = before?.briefs.filter((old) => !run.briefs.some((b) => b.name === old.name)) ?? []
writeFileSync(last, `${JSON.stringify({ ...run, briefs: [...run.briefs, ...kept] }, null, 2)}\n`)
if (run.briefs.some((b) => b.error !== null)) process.exitCode = 1

/** The configuration with one provider alone. */
function choose(all: Config, name: string | undefined): Config | undefined {
  if (name === undefined) return all
  if (name === 'demo') return { ...all, demo: true, providers: [] }
  const providers = all.providers.filter((p) => p.name === name)
  return providers.length > 0 ? { ...all, demo: false, providers } : undefined
}

function previous(path: string): EvalRun | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EvalRun
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
