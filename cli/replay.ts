#!/usr/bin/env node
/** `npm run replay -- …` (the bin `scenor-replay`): looks into runs that failed, repeats them here, and lets production finish them. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Kysely } from 'kysely'
import type { AiDb } from '../db/ai/schema.ts'
import { createReplayer, fetchHistory, readHistory, redacted } from './replay/history.ts'
import { explain, openInstallation, ReplayError, type Installation } from './replay/installation.ts'
import { retryRuns } from './replay/retry.ts'
import { countFailed, failedRuns, findRun, parseQuery, type RunFilter } from './replay/runs.ts'
import { showRun } from './replay/show.ts'
import { runStep } from './replay/step.ts'

const USAGE = `usage: replay <command>
  list [--query "code=ai.timeout stage=writing hours=24 limit=50"]   failed runs, with counts
  show <id>                              all that is known of one: timeline, calls, prompts, answers, checks (people's words!)
  run <id… | file.json… | --query …>     replay histories against this working tree; ends with 1 where one diverges
  step <id> [step] [--provider <name>]   a model call again, as it was recorded (default: the last one); writes nothing
  retry <id… | --query …> [--yes --reason "<why>"] [--cap 20] [--jitter 10]
                                         let production finish them; a dry run without --yes
  export <id> [file]                     the history without a person's words, for test/replay/histories/

Of the installation that the variables name (DATABASE_URL, TEMPORAL_ADDRESS, PAYLOAD_KEYS …), else of the npm start with this DATA_DIR.`

const print = (line: string): void => void process.stdout.write(`${line}\n`)

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        query: { type: 'string' },
        yes: { type: 'boolean', default: false },
        reason: { type: 'string' },
        cap: { type: 'string', default: '20' },
        jitter: { type: 'string', default: '10' },
        provider: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new ReplayError(`${(error as Error).message.split('. ')[0]}\n\n${USAGE}`)
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments()
  const [command = '', ...ids] = positionals
  if (values.help || command === 'help') return print(USAGE)
  const { query } = values
  const wanted = COMMANDS[command] ?? usage()
  if (ids.length < wanted.least && (query === undefined || !wanted.query)) usage()
  if (ids.length > wanted.most || (query !== undefined && ids.length > 0)) usage()
  const installation = await openInstallation()
  const { ai } = installation.databases
  const one = ids[0] ?? ''
  try {
    switch (command) {
      case 'list':
        return await list(ai, parseQuery(query ?? ''))
      case 'show':
        return await showRun(installation, one, print)
      case 'run':
        return await replay(
          installation,
          query === undefined ? ids : (await failedRuns(ai, parseQuery(query))).map((r) => r.id),
        )
      case 'step':
        return await runStep(installation, one, { step: ids[1], provider: values.provider }, print)
      case 'retry': {
        const runs =
          query === undefined
            ? await Promise.all(ids.map((id) => findRun(ai, id)))
            : await failedRuns(ai, parseQuery(query))
        return await retryRuns(
          installation,
          runs,
          { yes: values.yes, reason: values.reason, cap: count(values.cap), jitterS: count(values.jitter) },
          print,
        )
      }
      case 'export':
        return await exportRun(installation, one, ids[1])
    }
  } finally {
    await installation.close()
  }
}

/** How many words follow a command, and whether --query may stand for them. */
const COMMANDS: Readonly<Record<string, { least: number; most: number; query?: true }>> = {
  list: { least: 0, most: 0, query: true },
  show: { least: 1, most: 1 },
  run: { least: 1, most: Infinity, query: true },
  step: { least: 1, most: 2 },
  retry: { least: 1, most: Infinity, query: true },
  export: { least: 1, most: 2 },
}

function usage(): never {
  throw new ReplayError(USAGE)
}

function count(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : usage()
}

async function list(ai: Kysely<AiDb>, filter: RunFilter): Promise<void> {
  const runs = await failedRuns(ai, filter)
  if (runs.length === 0) return print('No failed runs.')
  for (const { id, error_code, stage, attempt, updated_at, summary } of runs)
    print(
      `${updated_at.toISOString()}  ${id}  ${(error_code ?? '').padEnd(24)}  ${stage.padEnd(10)}  attempt ${attempt}  ${summary}`,
    )
  print('')
  const counts = await countFailed(ai, filter)
  for (const { runs: n, error_code, stage } of counts) print(`${String(n).padStart(5)}  ${error_code} at ${stage}`)
  const all = counts.reduce((sum, c) => sum + Number(c.runs), 0)
  if (all > runs.length) print(`\nThe newest ${runs.length} of ${all} are listed; --query "limit=${all}" lists all.`)
}

async function replay(installation: Installation, wanted: readonly string[]): Promise<void> {
  if (wanted.length === 0) return print('No failed runs.')
  const run = await createReplayer(installation.keys)
  let diverged = 0
  for (const id of wanted) {
    const kept = id.endsWith('.json') ? await readHistory(id) : await fetchHistory(installation, id)
    const where = await run(kept)
    print(where === undefined ? `${id}: replays` : `${id}: diverges: ${where}`)
    if (where !== undefined) diverged++
  }
  if (diverged > 0) process.exitCode = 1
}

async function exportRun(installation: Installation, id: string, file: string | undefined): Promise<void> {
  const kept = await redacted(
    await fetchHistory(installation, id),
    '00000000-0000-4000-8000-000000000000',
    installation.keys,
  )
  const path = file ?? `test/replay/histories/${id.slice(0, id.indexOf('-'))}-${id.slice(-8)}.json`
  await writeFile(path, `${JSON.stringify(kept, null, 1)}\n`)
  print(`${path}: no payload, identity or address is left in it`)
}

main()
  .catch((error: unknown) => {
    process.stderr.write(`${explain(error) ?? (error instanceof Error ? error.stack : String(error))}\n`)
    process.exitCode = 1
  })
  // The SDK's native runtime keeps the process alive when no replay came to its end.
  .finally(() => process.stdout.write('', () => process.exit()))
