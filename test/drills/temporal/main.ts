/**
 * `npm run drill:temporal`: Temporal's production server with certificates of both sides and tokens, and the product on it. Whoever should
 * not be let in is refused, and the process itself says why and what to do; a token and its key are renewed under running processes. About
 * two minutes; the server is built once by `.ci/go-tools.sh temporal-server temporal-sql-tool` (some minutes).
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { makePartial } from '../../../bench/partial-indexes.ts'
import { loadConfig } from '../../../config.ts'
import { migrate } from '../../../db/migrate.ts'
import { freePort } from '../../../local/processes/ports.ts'
import { startPostgres } from '../../../local/postgres/postgres.ts'
import { startCommand } from '../../support/command.ts'
import { PASSWORD } from '../../support/http.ts'
import { until } from '../../support/until.ts'
import { startProductionServer } from './server.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const NAMESPACE = 'scenor'
const say = (text: string) => void process.stdout.write(`${text}\n`)
const began = performance.now()
const at = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`
const run = promisify(execFile)

await using undo = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void undo.disposeAsync().finally(() => process.exit(1)))
const folder = mkdtempSync(join(tmpdir(), 'scenor-drill-temporal-'))
if (!process.env['KEEP']) undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
const path = (...parts: string[]) => join(folder, ...parts)

const postgres = await startPostgres({ dataDir: path('postgres'), durable: false })
undo.defer(() => postgres.stop())
const authority = (name: string, ...names: string[]) => run('sh', [join(root, 'deploy/ca.sh'), path(name), ...names])
await authority('tls', 'temporal,localhost,127.0.0.1', 'worker')
await authority('strange', 'worker', 'other')
const tokens = (of: string, ...words: string[]) =>
  run(process.execPath, ['cli/temporal-token.ts', words[0]!, path(of), ...words.slice(1)], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
  )
await tokens('signs', 'key')
await tokens('strangers', 'key')
const token = (role: string, { of = 'signs', namespace = NAMESPACE, days = '1' } = {}) =>
  tokens(of, 'token', role, '--name', `drill-${role}`, '--namespace', namespace, '--days', days)

const server = await startProductionServer({
  folder: path(),
  postgres: postgres.url,
  files: {
    ...{ ca: path('tls/ca.pem'), cert: path('tls/temporal.pem'), key: path('tls/temporal.key') },
    jwks: path('signs/temporal-jwks.json'),
  },
})
undo.defer(() => server.stop())

type Env = Record<string, string>
const shown = (where = 'tls'): Env => ({
  TEMPORAL_TLS_CA: path('tls/ca.pem'),
  TEMPORAL_TLS_CERT: path(where, 'worker.pem'),
  TEMPORAL_TLS_KEY: path(where, 'worker.key'),
})
const common: Env = {
  DATABASE_URL: postgres.url,
  TEMPORAL_ADDRESS: server.address,
  TEMPORAL_NAMESPACE: NAMESPACE,
  DATA_DIR: path('data'),
  RATE_LIMIT_SCALE: '1000',
}
const setUp = async (namespace: string): Promise<void> => {
  const env = { ...common, ...shown(), TEMPORAL_NAMESPACE: namespace, TEMPORAL_API_KEY: await token('setup') }
  const { stdout } = await run(process.execPath, ['cli/temporal-setup.ts'], { cwd: root, env })
  say(stdout.trim())
}
await setUp(NAMESPACE)
await setUp('other')
const { databases } = loadConfig({ DATABASE_URL: postgres.url })
if (databases) await migrate(databases)
say(`the server and two namespaces are there (${at()})`)

/** A process of ours with its own token and certificate, and what it says. */
function start(program: 'api' | 'workers', env: Env) {
  const { child, ended } = startCommand(`${program}/main.ts`, [], { ...common, ...env })
  let said = ''
  child.stdout?.on('data', (text: string) => (said += text))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  undo.defer(stop)
  const says = (word: string) =>
    Promise.race([
      until(() => said.includes(word) && said),
      ended.then(({ code, err }) => Promise.reject(new Error(`${program} ended with ${code}: ${said}${err}`))),
    ])
  return { stop, says, said: () => said }
}
const ports = async (): Promise<Env> => ({
  PORT: `${await freePort()}`,
  METRICS_PORT: `${await freePort()}`,
  WORKERS_METRICS_PORT: `${await freePort()}`,
})
const internal = `${await freePort()}`
const failures: string[] = []
const check = (is: boolean, what: string) => {
  say(`${is ? 'ok    ' : 'FAILED'} ${what} (${at()})`)
  if (!is) failures.push(what)
}

// Whose token is renewed lies in a file.
const file = path('worker.token')
const renew = (text: string) => {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
const FIRST_LIVES_S = 45
renew(await token('worker', { days: String(FIRST_LIVES_S / 86_400) }))
const firstEnds = performance.now() + FIRST_LIVES_S * 1_000
const api = await ports()
const serving = start('api', { ...api, ...shown(), INTERNAL_PORT: internal, TEMPORAL_API_KEY: await token('api') })
const internalUrl = { INTERNAL_URL: `http://127.0.0.1:${internal}` }
const working = start('workers', { ...(await ports()), ...internalUrl, ...shown(), TEMPORAL_API_KEY_FILE: file })
await serving.says('"serving"')
await working.says('"working"')
const register = async (name: string): Promise<number> => {
  const answer = await fetch(`http://127.0.0.1:${api['PORT']}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.test`, password: PASSWORD }),
  })
  return answer.status
}
const registered = async (name: string) => {
  // 201: its workflow has run to the end.
  const status = await register(name)
  if (status !== 202) return status
  const { databases: urls } = loadConfig({ DATABASE_URL: postgres.url })
  const client = new pg.Client({ connectionString: urls?.auth })
  await client.connect()
  const done = until(async () => {
    const { rows } = await client.query(`select status from operations order by created_at desc limit 1`)
    return rows[0]?.status === 'succeeded'
  })
  return done.then(() => 201).finally(() => client.end())
}
check(
  (await registered('first')) === 201,
  `${NAMESPACE}:write is enough for an API and five workers: a registration ran`,
)

const visibility = new pg.Client({ connectionString: new URL('/temporal_visibility', postgres.url).href })
await visibility.connect()
const made = await makePartial(visibility)
const { rows: whole } = await visibility.query<{ name: string }>(`
  select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[1]
  where indrelid = 'executions_visibility'::regclass and indpred is null and not attnotnull`)
check(
  made > 50 && whole.map(({ name }) => name).join() === 'temporalnamespacedivision',
  `${made} indexes of the list of executions are partial now, all but that of the division`,
)
check((await makePartial(visibility)) === 0, 'and a second time there is nothing to do')
await visibility.end()

// Renewed while the first one holds, as it is to be: who has none that holds is not served any more.
await tokens('signs', 'key')
const signedAnew = await token('worker')
// The server looks for new keys every 5 s, and at once where it does not know one.
renew(signedAnew)

/** Who is not let in, and what its log and the doctor are to say. */
const refused: readonly (readonly [code: string, who: string, env: Env])[] = [
  ['token_missing', 'no token', shown()],
  ['token_unreadable', 'no token but a word', { ...shown(), TEMPORAL_API_KEY: 'secret' }],
  ['token_expired', 'an expired token', { ...shown(), TEMPORAL_API_KEY: await token('worker', { days: '0.00001' }) }],
  ['token_unknown', 'a forged token', { ...shown(), TEMPORAL_API_KEY: await token('worker', { of: 'strangers' }) }],
  [
    'token_of_other_namespace',
    'a worker of another namespace',
    { ...shown(), TEMPORAL_API_KEY: await token('worker', { namespace: 'other' }) },
  ],
  ['token_reads_only', 'a token that reads', { ...shown(), TEMPORAL_API_KEY: await token('reader') }],
  ['certificate_refused', 'a certificate of another authority', { ...shown('strange'), TEMPORAL_API_KEY: 'unread' }],
  ['certificate_missing', 'no certificate', { TEMPORAL_TLS_CA: path('tls/ca.pem'), TEMPORAL_API_KEY: 'unread' }],
  ['not_trusted', 'a server of another authority', { ...shown(), TEMPORAL_TLS_CA: path('strange/ca.pem') }],
  ['tls_wanted', 'one that speaks no TLS', {}],
]
for (const [code, who, env] of refused) {
  const worker = start('workers', { ...(await ports()), ...internalUrl, ...env, WORKERS: 'users' })
  const said = await worker.says('the Temporal server does not let this process in')
  await worker.stop()
  const line = said.split('\n').find((one) => one.includes('does not let this process in')) ?? '{}'
  const told = JSON.parse(line) as Record<string, string>
  check(told['scenor.code'] === `temporal.${code}`, `${who}: the worker says: ${told['scenor.words']}`)
  check(!Object.values(env).some((value) => value.length > 60 && said.includes(value)), `${who}: and no token`)
}
// What a token that reads may do is what the doctor does.
for (const [code, who, env] of refused.filter(([code]) => code !== 'token_reads_only')) {
  const { out } = await startCommand('cli/doctor.ts', ['--json'], { ...common, ...internalUrl, ...env }).ended
  check(out.includes(`"temporal.${code}"`), `${who}: the doctor says so`)
}
const ready = await fetch(`http://127.0.0.1:${api['PORT']}/health/ready`)
check(((await ready.json()) as { status: string }).status === 'ok', 'the API is ready all the while')

await delay(Math.max(0, firstEnds - performance.now()) + 3_000)
check(
  (await registered('second')) === 201,
  'the first token is over; the next one, of a new key, was taken up by the running worker',
)
const [oldest = ''] = readdirSync(path('signs'))
  .filter((one) => one.endsWith('.pem'))
  .toSorted()
rmSync(path('signs', oldest))
await tokens('signs', 'list')
await until(async () => {
  const answer = await fetch(`http://127.0.0.1:${api['PORT']}/health/ready`)
  return JSON.stringify(await answer.json()).includes('token_unknown')
})
check(true, 'the key that signed the token of the API is taken back: it says token_unknown, and takes work on')
check((await register('third')) === 202, 'which is accepted and waits')

say(failures.length > 0 ? `${failures.length} failed` : `all as it should be, in ${at()}`)
process.exitCode = failures.length > 0 ? 1 : 0
