/**
 * `npm run eval`: has the briefs of examples/eval written and prints what the checks say of them, the run before beside it.
 *   node cli/eval.ts [--provider demo|NAME] [--only TEXT] [--briefs FILE]
 * Without --provider those that the configuration names write, as in production. Runs are kept in DATA_DIR/eval. It costs what the model
 * costs; nothing is stored in any database. Ends with 1 when a brief got no script.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { selectProvider } from '../activities/ai/select.ts'
import { loadConfig, type Config } from '../config.ts'
import { readBriefs } from './eval/briefs.ts'
import { evaluate, type EvalRun } from './eval/evaluate.ts'
import { evalTable } from './eval/table.ts'

const SET = new URL('../examples/eval/briefs.json', import.meta.url)

const { values } = parseArgs({
  options: { provider: { type: 'string' }, only: { type: 'string', default: '' }, briefs: { type: 'string' } },
})
const config = loadConfig()
const chosen = choose(config, values.provider)
const briefs = readBriefs(values.briefs ?? SET).filter(({ name }) => name.includes(values.only))
if (!chosen || briefs.length === 0) {
  const names = ['demo', ...config.providers.map((p) => p.name)].join(', ')
  process.stderr.write(
    chosen ? `No brief has "${values.only}" in its name.\n` : `No such provider. There are: ${names}\n`,
  )
  process.exit(2)
}
const run = await evaluate(briefs, {
  provider: selectProvider(chosen),
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
