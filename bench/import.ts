import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { loadConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { startPostgres } from '../local/postgres/postgres.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'

const SCRIPTS = 1_000_000
/**
 * Each takes Postgres milliseconds, its words for search above all: a run that writes them all would take an hour and show no other
 * memory.
 */
const WRITTEN = 20_000
/** The whole process, RSS. */
const MAX_MIB = 512

/** An import of a monolith of a million scripts: what it holds in memory, and rows a second. */
export async function run({ quick, undo, say }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: true })
  undo.defer(() => postgres.stop())
  const { databases } = loadConfig({ DATABASE_URL: postgres.url })
  if (databases) await migrate(databases)
  const scripts = quick ? 50_000 : SCRIPTS
  const rounds: Line[] = []
  const measure = async (name: string, rows: number, write: boolean) => {
    const from = await fill(postgres.url, `monolith_${rows}`, rows)
    const args = ['--from', from, '--source', `bench${rows}`, '--report', join(folder, 'report.txt')]
    const { seconds, mib } = await runImport(postgres.url, [...args, ...(write ? ['--write'] : [])], undo)
    rounds.push({ name, cells: { 'scripts/s': rows / seconds, s: seconds, 'peak MiB': mib } })
    say(`import ${name}: ${seconds.toFixed(0)} s, ${mib.toFixed(0)} MiB`)
    return mib
  }
  const dry = await measure(`dry run of ${scripts} scripts`, scripts, false)
  const written = await measure(`dry run and run of ${quick ? 2_000 : WRITTEN}`, quick ? 2_000 : WRITTEN, true)
  return {
    title: 'Import of a monolith: memory and pace',
    lines: rounds,
    goals: [
      { what: 'peak RSS of the import, MiB', measured: Math.max(dry, written), limit: MAX_MIB, direction: 'at most' },
    ],
    notes: [
      'as many comments as scripts, three tags and half a share to each, a person to twenty of them, 1.5 KB of text',
      'the monolith, the target and the import on one machine; building the monolith is not in the time',
    ],
    rounds,
  }
}

/** A monolith in a database of its own. @returns its address */
async function fill(server: string, name: string, scripts: number): Promise<string> {
  const query = async (url: string, statements: readonly string[]) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }
  await query(server, [`create database ${name}`])
  const url = new URL(`/${name}`, server).href
  const people = Math.ceil(scripts / 20)
  await query(url, [
    'create table users (id int primary key, username text, email text, phone_number text, hashed_pwd text)',
    'create table scenarios (id int primary key, title text, content text, description text, status text, user_id int, created_at timestamp, updated_at timestamp)',
    'create table tags (id int primary key, name text)',
    'create table scenario_tags (scenario_id int, tag_id int)',
    'create table comments (id int primary key, content text, scenario_id int, user_id int, parent_id int)',
    'create table scenario_shares (scenario_id int, user_id int, permission text)',
    `insert into users select i, 'person' || i, 'p' || i || '@example.test', null, '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g' from generate_series(1, ${people}) i`,
    `insert into scenarios select i, 'Сценарий ' || i, repeat('Вода кипит, чай ждёт гостей. ', 15) || E'\\n\\n' || repeat('Слова ' || i || '. ', 20), null, 'draft', 1 + i % ${people}, timestamp '2025-01-01' + i * interval '1 second', timestamp '2025-02-01' from generate_series(1, ${scripts}) i`,
    `insert into tags select i, 'тег ' || i from generate_series(1, 300) i`,
    `insert into scenario_tags select i, 1 + (i + k * 97) % 300 from generate_series(1, ${scripts}) i, generate_series(1, 3) k`,
    `insert into comments select i, 'Мысль ' || i, 1 + i % ${scripts}, 1 + i % ${people}, null from generate_series(1, ${scripts}) i`,
    `insert into scenario_shares select i, 1 + (i + 7) % ${people}, 'view' from generate_series(1, ${scripts}, 2) i`,
  ])
  return url
}

async function runImport(
  server: string,
  args: readonly string[],
  undo: AsyncDisposableStack,
): Promise<{ seconds: number; mib: number }> {
  const began = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(new URL('../cli/import.ts', import.meta.url)), ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], DATABASE_URL: server },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  undo.defer(() => void child.kill())
  let mib = 0
  const watch = setInterval(() => (mib = Math.max(mib, peakMib(child.pid))), 250)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  clearInterval(watch)
  if (code !== 0) throw new Error(`the import ended with ${code ?? signal}`)
  return { seconds: (performance.now() - began) / 1_000, mib }
}

/** The most that a process has held so far (`VmHWM`), MiB; 0 when it is gone. */
function peakMib(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024
  } catch {
    return 0
  }
}
