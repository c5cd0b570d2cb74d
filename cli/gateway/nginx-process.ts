import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nginxFile } from './nginx.ts'
import { upstreamsFile, type Copies, type GatewaySettings } from './settings.ts'
import { gatewayTable, type GatewayPath } from './table.ts'

/** An NGINX at work. */
export interface Nginx {
  readonly pid: number
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<number | null>
  /** From now on these copies get the requests. Open ones and streams go on where they are. @throws Error when NGINX refuses the file */
  use(copies: Copies): void
  /** Reads configuration and certificates again. */
  reload(): void
  /** Lets open requests come to their end, for at most that long, milliseconds. */
  stop(withinMs?: number): Promise<void>
}

const START_MS = 20_000

/** @throws Error with what NGINX says when it does not take the configuration, or is not there */
export async function startNginx(
  settings: GatewaySettings,
  copies: Copies,
  program = 'nginx',
  paths: readonly GatewayPath[] = gatewayTable(),
): Promise<Nginx> {
  const file = join(settings.folder, 'nginx.conf')
  mkdirSync(settings.scratch, { recursive: true })
  writeFileSync(file, nginxFile(paths, settings))
  const args = ['-p', settings.folder, '-c', file, '-e', settings.errorLog]
  const write = (wanted: Copies) => {
    const path = join(settings.folder, 'upstreams.conf')
    // Beside it and renamed: a reload in this moment reads the one or the other.
    writeFileSync(`${path}.new`, upstreamsFile(wanted))
    renameSync(`${path}.new`, path)
  }
  const check = () => {
    const { status, stderr, error } = spawnSync(program, ['-t', ...args], {
      encoding: 'utf8',
      // Its file of access may be /dev/stdout, which can be opened where it is ours, but not as a pipe of Node's.
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    if (error) throw new Error(`${program} is missing: install the Debian package nginx-light`, { cause: error })
    if (status !== 0) throw new Error(`NGINX does not take the configuration: ${stderr}`)
  }
  write(copies)
  check()
  const child = spawn(program, [...args, '-g', 'daemon off;'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  await Promise.race([
    answers(settings.status),
    ended.then((code) => Promise.reject(new Error(`NGINX ended with ${code} before it answered`))),
  ])
  return {
    pid: child.pid as number,
    ended,
    use: (wanted) => {
      write(wanted)
      check()
      child.kill('SIGHUP')
    },
    reload: () => {
      check()
      child.kill('SIGHUP')
    },
    stop: async (withinMs = 0) => {
      child.kill(withinMs > 0 ? 'SIGQUIT' : 'SIGTERM')
      const timer = setTimeout(() => child.kill('SIGTERM'), withinMs || START_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

async function answers(status: string): Promise<void> {
  const url = `http://${status.replace('0.0.0.0', '127.0.0.1')}/health`
  for (const end = Date.now() + START_MS; Date.now() < end; await delay(30))
    if (
      await fetch(url).then(
        (r) => r.ok,
        () => false,
      )
    )
      return
  throw new Error(`NGINX does not answer at ${url}`)
}
