import './closed-pipe.ts'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createScenor, Refused, Unreachable, type Scenor } from '../client/index.ts'
import { ConfigError, loadConfig, type Config } from '../config.ts'
import { BriefError, readBrief, type Brief } from './demo/brief.ts'
import { wrap } from './demo/columns.ts'
import { createProgress, type Standing } from './demo/progress.ts'
import { renderScript } from './demo/script.ts'
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
  const scenor = createScenor(config.publicUrl, { language: 'en' })
  const email = await signUp(scenor, brief)
  const progress = createProgress(process.stdout)
  let standing: Standing = { status: 'queued', stage: 'queued', progress: 0, attempt: 1 }
  const { id, result } = await scenor
    .generate(brief, {
      onAccepted: (operation) => {
        print(`The brief was accepted (202) as ${operation.id}`)
        progress.show((standing = operation))
      },
      onEvent: ({ data }) => {
        if ('progress' in data) progress.show((standing = { ...standing, status: 'running', ...data }))
      },
    })
    .finally(progress.end)
  const params = { id: result?.scenario_id ?? '' }
  print(`\n${renderScript(await scenor.call('GET /scenarios/{id}', { params }), columns())}\n`)
  print(
    `Its workflow: http://localhost:${config.TEMPORAL_UI_PORT}/namespaces/${config.TEMPORAL_NAMESPACE}/workflows/${id}`,
  )
  if (ours) print('(in the Temporal Web UI, while Scenor runs: npm start)')
  print(`The user ${email} and this script stay in ${config.databases ? 'the database' : config.DATA_DIR}.`)
}

/** A fresh user of a domain that can never exist, signed in. Gives its address. */
async function signUp(scenor: Scenor, brief: Brief): Promise<string> {
  const email = `demo-${randomBytes(6).toString('hex')}@example.test`
  const locale = /\p{Script=Cyrillic}/u.test(brief.brief) ? 'ru' : 'en'
  await scenor.auth.register({ email, password: randomBytes(18).toString('base64url'), locale })
  print(`Registered and logged in as ${email}`)
  return email
}

/** All that the API said of what it refused. */
function told({ message, status, code, detail, errors, requestId }: Refused): string {
  return [
    `The API refused: ${message} (${status}${code ? `, ${code}` : ''})`,
    ...(detail === message ? [] : [`  ${detail}`]),
    ...(errors.length > 0 ? ['  fields:', ...errors.map(({ path, message }) => `    ${path}: ${message}`)] : []),
    ...(requestId ? [`  request id: ${requestId}`] : []),
  ].join('\n')
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
    const known = [BriefError, ConfigError, StackError, Unreachable].some((kind) => error instanceof kind)
    const { message, cause } = error as Error
    const unknown = `The demo failed: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`
    process.stderr.write(`${error instanceof Refused ? told(error) : known ? message : unknown}\n`)
    process.exitCode = 1
  }
  // A signal handler or a pooled connection would keep the process for some seconds more.
  process.exit()
}
