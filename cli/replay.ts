#!/usr/bin/env node
/** `npm run replay -- …` (the bin `scenor-replay`): looks into runs that failed, repeats them here, and lets production finish them. */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createReplayer, fetchHistory, readHistory, redacted } from './replay/history.ts'
import { explain, openInstallation, ReplayError, type Installation } from './replay/installation.ts'
import { retryRuns } from './replay/retry.ts'
import { failedRuns, findRun, parseQuery } from './replay/runs.ts'
import { showRun } from './replay/show.ts'
import { runStep } from './replay/step.ts'

const USAGE = `usage: replay <command>
  list [--query "code=ai.timeout stage=writing hours=24"]   failed runs, with counts
  show <id>                          all that is known of one: timeline, calls, prompts, answers (people's words!)
  run <id | file.json | --query …>   replay histories against this working tree
  step <id> <script|outline|titles>  run a step again here, with the provider of this environment; writes nothing
  retry <id… | --query …> [--yes --reason "<why>"] [--cap 20] [--jitter 10]
  export <id> [file]                 the history without a person's words, for test/replay/histories/`

const print = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      query: { type: 'string' },
      yes: { type: 'boolean', default: false },
      reason: { type: 'string' },
      cap: { type: 'string', default: '20' },
      jitter: { type: 'string', default: '10' },
    },
  })
  const [command, ...ids] = positionals
  const one = () => ids[0] ?? usage()
  const installation = await openInstallation()
  const query = () => failedRuns(installation.databases.ai, parseQuery(values.query ?? ''))
  try {
    switch (command) {
      case 'list':
        return await list(await query())
      case 'show':
        return await showRun(installation, one(), print)
      case 'run':
        return await replay(installation, values.query === undefined ? ids : (await query()).map((r) => r.id))
      case 'step':
        return await runStep(installation, one(), ids[1] ?? usage(), print)
      case 'retry': {
        const runs =
          values.query === undefined
            ? await Promise.all(ids.map((id) => findRun(installation.databases.ai, id)))
            : await query()
        if (runs.length === 0) return print('There is nothing to retry.')
        return await retryRuns(
          installation,
          runs,
          { yes: values.yes, reason: values.reason, cap: count(values.cap), jitterS: count(values.jitter) },
          print,
        )
      }
      case 'export':
        return await exportRun(installation, one(), ids[1])
      default:
        return usage()
    }
  } finally {
    await installation.close()
  }
}

function usage(): never {
  throw new ReplayError(USAGE)
}

function count(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : usage()
}

async function list(runs: Awaited<ReturnType<typeof failedRuns>>): Promise<void> {
  if (runs.length === 0) return print('No failed runs.')
  for (const { id, error_code, stage, attempt, updated_at, summary } of runs)
    print(
      `${updated_at.toISOString()}  ${id}  ${(error_code ?? '').padEnd(24)}  ${stage.padEnd(10)}  attempt ${attempt}  ${summary}`,
    )
  const counts = Map.groupBy(runs, (r) => `${r.error_code} at ${r.stage}`)
  print('')
  for (const [what, all] of counts) print(`${String(all.length).padStart(5)}  ${what}`)
}

async function replay(installation: Installation, wanted: readonly string[]): Promise<void> {
  if (wanted.length === 0) return print('There is nothing to replay.')
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
