import './closed-pipe.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError, loadConfig, type Config } from '../config.ts'
import { BriefError, readBrief, type Brief } from './demo/brief.ts'
import { ApiError, createClient, type Client, type Operation } from './demo/client.ts'
import { wrap } from './demo/columns.ts'
import { createProgress } from './demo/progress.ts'
import { renderScript, type ShownScenario } from './demo/script.ts'
import { findOrStartStack, StackError, type Stack } from './demo/stack.ts'

const BRIEFS = fileURLToPath(new URL('../examples/briefs', import.meta.url))
const examples = () =>
  readdirSync(BRIEFS)
    .sort()
    .map((name) => join(BRIEFS, name))

const print = (line = '') => void process.stdout.write(`${line}\n`)
const columns = () => process.stdout.columns ?? 100
const help = () => `Usage: npm run demo [-- path/to/brief.txt]

Has a script written from a brief, as a client over HTTP: starts Scenor unless it runs, registers a user, posts the brief,
waits for the workflow, prints the script. Without a path it takes the first example:

${examples()
  .map((path) => `  ${relative(process.cwd(), path)}`)
  .join('\n')}

A brief file may begin with lines such as "platform: youtube" or "target_duration_s: 30", then an empty line, then the brief.`

/** The main job from end to end. */
async function demo(config: Config, path: string): Promise<void> {
  const brief = readBrief(path)
  print(`Brief: ${relative(process.cwd(), path)}\n`)
  for (const line of wrap(brief.brief, columns() - 4)) print(`  > ${line}`.trimEnd())
  print()
  const interrupted = listenForInterrupt()
  const stack = await findOrStartStack(config, print, interrupted)
  try {
    await Promise.race([generate(config, brief, stack), rejectedBy(interrupted, stack)])
  } finally {
    if (stack.ours) {
      print('Stopping the Scenor that the demo started …')
      await stack.stop()
    }
  }
}

async function generate(config: Config, brief: Brief, { ours }: Stack): Promise<void> {
  const client = createClient(config.publicUrl)
  const { email, token } = await signUp(client, brief)
  const accepted = await client.send('Posting the brief', 'POST', '/ai/generate', {
    body: brief,
    token,
    idempotencyKey: randomUUID(),
  })
  const { id } = accepted.body as Operation
  print(`The brief was accepted (${accepted.status}) as ${id}`)

  const progress = createProgress(process.stdout)
  const operation = await client.follow(id, { token, onChange: progress.show }).finally(progress.end)
  if (operation.status !== 'succeeded' || !operation.result?.scenario_id) {
    throw new ApiError(
      'Writing the script',
      200,
      operation.error ?? { title: `the operation ended as ${operation.status}` },
    )
  }
  const { body } = await client.send('Fetching the script', 'GET', `/scenarios/${operation.result.scenario_id}`, {
    token,
  })
  print(`\n${renderScript(body as ShownScenario, columns())}\n`)
  print(
    `Its workflow: http://localhost:${config.TEMPORAL_UI_PORT}/namespaces/${config.TEMPORAL_NAMESPACE}/workflows/${id}`,
  )
  if (ours) print('(in the Temporal Web UI, while Scenor runs: npm start)')
  print(`The user ${email} and this script stay in ${config.databases ? 'the database' : config.DATA_DIR}.`)
}

/** A fresh user of a domain that can never exist, logged in. */
async function signUp(client: Client, brief: Brief): Promise<{ email: string; token: string }> {
  const email = `demo-${randomBytes(6).toString('hex')}@example.test`
  const password = randomBytes(18).toString('base64url')
  const locale = /\p{Script=Cyrillic}/u.test(brief.brief) ? 'ru' : 'en'
  const registered = await client.send('Registering', 'POST', '/auth/register', {
    body: { email, password, locale },
    idempotencyKey: randomUUID(),
  })
  if (registered.status === 202) {
    const operation = await client.follow((registered.body as Operation).id, {})
    if (operation.status !== 'succeeded')
      throw new ApiError('Registering', 200, operation.error ?? { title: `the operation ended as ${operation.status}` })
  }
  const { body } = await client.send('Logging in', 'POST', '/auth/login', { body: { email, password } })
  print(`Registered and logged in as ${email}`)
  return { email, token: (body as { access_token: string }).access_token }
}

/** Ctrl-C does not end us at once: what the demo started is stopped first. */
function listenForInterrupt(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  return controller.signal
}

function rejectedBy(interrupted: AbortSignal, { ours }: Stack): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(new StackError(`Interrupted${ours ? '' : '; the script is still being written'}.`))
    if (interrupted.aborted) give()
    interrupted.addEventListener('abort', give)
  })
}

const [path, ...more] = process.argv.slice(2)
if (path === '--help' || path === '-h') print(help())
else {
  try {
    if (more.length > 0 || path?.startsWith('-')) throw new BriefError(`The demo takes one file.\n\n${help()}`)
    const first = examples()[0]
    const chosen = path ?? first
    if (chosen === undefined) throw new BriefError('There is no example; give the path of a brief')
    await demo(loadConfig(), chosen)
  } catch (error) {
    const known = [ApiError, BriefError, ConfigError, StackError].some((kind) => error instanceof kind)
    const { message, cause } = error as Error
    process.stderr.write(
      `${known ? message : `The demo failed: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`}\n`,
    )
    process.exitCode = 1
  }
  // A signal handler or a pooled connection would keep the process for some seconds more.
  process.exit()
}
