import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../local/processes/ports.ts'
import { unprivilegedAccount } from '../../local/postgres/unprivileged.ts'

export interface Pooler extends AsyncDisposable {
  /** host:port */
  readonly address: string
}

/**
 * A real PgBouncer before any database of a server, with its settings as they come: fewer connections to the server
 * than it has clients, so that each transaction may get another one.
 * @throws Error that names what is missing
 */
export async function startPgBouncer(
  server: string,
  mode: 'transaction' | 'statement' = 'transaction',
): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-pgbouncer-'))
  const port = await freePort()
  const target = new URL(server)
  const settings = join(folder, 'pgbouncer.ini')
  writeFileSync(
    settings,
    [
      '[databases]',
      `* = host=${target.hostname} port=${target.port} user=${target.username} password=${decodeURIComponent(target.password)}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${mode}`,
      'default_pool_size = 3',
      'max_client_conn = 500',
    ].join('\n'),
  )
  // It refuses to run as root.
  const account = unprivilegedAccount(folder, [])
  const [command = 'pgbouncer', ...args] = [...(account?.prefix ?? []), 'pgbouncer', settings]
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(account?.prefix.length === 0 && { uid: account.uid, gid: account.gid }),
  })
  let output = ''
  const ready = new Promise<void>((resolve) =>
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('process up')) resolve()
    }),
  )
  const failed = Promise.race([
    once(child, 'error').then(([cause]) => new Error('install the Debian package pgbouncer', { cause })),
    once(child, 'exit').then(() => new Error(`pgbouncer ended:\n${output}`)),
  ])
  await Promise.race([ready, failed.then((error) => Promise.reject(error))])
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
