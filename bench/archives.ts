import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { loadConfig } from '../config.ts'
import { openDatabases } from '../db/databases.ts'
import { migrate } from '../db/migrate.ts'
import { startPostgres } from '../local/postgres/postgres.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'

const PROCESS = fileURLToPath(new URL('archive-process.ts', import.meta.url))
/** Of JSON in the archive. */
const SIZES_MB = [65, 500]
const VERSION_KB = 20
const VERSIONS_OF_SCENARIO = 25
const MAX_S = 120
const MAX_MIB = 300

/** A person's archive of a size: how long from the tables to the client, and what the process holds meanwhile. */
export async function run({ quick, undo, say }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: true })
  undo.defer(() => postgres.stop())
  const env = { DATABASE_URL: postgres.url, DATA_DIR: folder }
  const config = loadConfig(env)
  if (config.databases) await migrate(config.databases)
  const rounds: Line[] = []
  const goals = []
  for (const mb of quick ? SIZES_MB.slice(0, 1) : SIZES_MB) {
    const person = `00000000-0000-7000-8000-${String(mb).padStart(12, '0')}`
    const operation = `export-${person}`
    await fill(config, { person, operation, scenarios: Math.ceil((mb * 1_000) / VERSION_KB / VERSIONS_OF_SCENARIO) })
    const start = (role: string, ...more: string[]) =>
      startProcess([PROCESS, role, operation, person, ...more], env, undo)
    const api = start('api')
    const { internal, file } = (await api.line()) as { internal: string; file: string }
    const began = performance.now()
    const worker = start('worker', internal)
    const { peak: ofWorker } = (await worker.line()) as { peak: number }
    const collected = performance.now()
    const response = await fetch(file)
    let bytes = 0
    for await (const chunk of response.body ?? []) bytes += chunk.length
    const seconds = (performance.now() - began) / 1_000
    api.end()
    const { peak: ofApi } = (await api.line()) as { peak: number }
    const peak = Math.max(ofWorker, ofApi)
    const collect_s = (collected - began) / 1_000
    rounds.push({
      name: `${mb} MB`,
      cells: {
        MB: bytes / 1e6,
        'collected s': collect_s,
        'fetched s': seconds - collect_s,
        'worker MiB': ofWorker,
        'API MiB': ofApi,
      },
    })
    say(`archive of ${(bytes / 1e6).toFixed(0)} MB: ${seconds.toFixed(1)} s, ${peak.toFixed(0)} MiB`)
    goals.push(
      { what: `${mb} MB to the client, s`, measured: seconds, limit: MAX_S, direction: 'at most' as const },
      {
        what: `${mb} MB, the most that a process held, MiB`,
        measured: peak,
        limit: MAX_MIB,
        direction: 'at most' as const,
      },
    )
  }
  return {
    title: 'a person’s archive, from the tables of `scenarios` to its client',
    lines: rounds,
    goals,
    notes: [
      'a worker and an API of a process each, with all modules loaded: 165 MiB at rest; the start of the worker is in the time',
    ],
    rounds,
  }
}

/** A process that prints lines of JSON. */
function startProcess(args: readonly string[], env: Record<string, string>, undo: AsyncDisposableStack) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  undo.defer(() => void child.kill())
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    line: async () => {
      const { value, done } = await lines.next()
      if (done) throw new Error('the process ended without a word')
      return JSON.parse(value as string) as unknown
    },
    end: () => child.stdin.end(),
  }
}

async function fill(
  config: ReturnType<typeof loadConfig>,
  { person, operation, scenarios: count }: { person: string; operation: string; scenarios: number },
): Promise<void> {
  const databases = openDatabases(config, 'workers')
  const { scenarios, auth } = databases
  await sql`
    insert into scenarios (id, owner_id, title, status, language, platform, kind, audience, target_duration_s, hook, cta, scenes, source, is_demo)
    select gen_random_uuid(), ${person}, 't', 'draft', 'ru', 'tiktok', 'ad', 'a', 30, 'h', 'c', '[]', 'human', false
    from generate_series(1, ${sql.lit(count)})`.execute(scenarios)
  // Text that does not compress to nothing; a statement for each number, for none may take long.
  const words = sql.lit(Math.round((VERSION_KB * 1_000) / 33))
  for (let n = 1; n <= VERSIONS_OF_SCENARIO; n++)
    await sql`
      insert into scenario_versions (scenario_id, n, author_id, origin, content)
      select s.id, ${sql.lit(n)}, ${person}, 'human', jsonb_build_object('text', (
        select string_agg(md5(s.id::text || ${sql.lit(n)} || k), ' ') from generate_series(1, ${words}) k
      )) from scenarios s where s.owner_id = ${person}`.execute(scenarios)
  await sql`
    insert into operations (id, kind, owner_id, status, request_id, workflow, input, summary, finished_at)
    values (${operation}, 'export', ${person}, 'succeeded', 'r', 'w', '{}', 's', now())`.execute(auth)
  await sql`
    insert into archives (operation_id, account_id, expires_at) values (${operation}, ${person}, now() + interval '1 day')`.execute(
    auth,
  )
  await sql`analyze`.execute(scenarios)
  await databases.close()
}
