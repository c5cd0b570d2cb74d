/**
 * `node steps.ts SITE [kills] [backup]` beside a Docker engine with the images: sets up, brings up, does the demo through the gateway,
 * kills each container while scripts are written, backs up, wipes, restores, takes all down. Says times and sizes; ends with 1 at the first
 * thing that is not as it should be.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { register } from './gateway.ts'

const [site, ...parts] = process.argv.slice(2)
if (site === undefined) throw new Error('usage: steps.ts SITE [kills] [backup]')
const has = (part: string) => parts.length === 0 || parts.includes(part)
const HTTPS_PORT = 18443
const HEALTHY_MS = 300_000
const RECOVERED_MS = 180_000
/** Jobs have ended long before; what they are is done. */
const WRITTEN_AT_ONCE = 3

const say = (text: string) => void process.stdout.write(`${text}\n`)
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: site, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 600_000 })
const compose = (...args: string[]) => run('docker', 'compose', '--progress', 'quiet', ...args)
/** Containers before what they use. */
const KINDS = [
  { list: ['ps', '-aq'], remove: ['rm', '-fv'] },
  { list: ['volume', 'ls', '-q'], remove: ['volume', 'rm'] },
  { list: ['network', 'ls', '-q'], remove: ['network', 'rm'] },
] as const
const there = (list: readonly string[]): string[] =>
  run('docker', ...list, '--filter', 'label=com.docker.compose.project=scenor-drill')
    .split('\n')
    .filter(Boolean)
async function timed<T>(what: string, does: () => T | Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await does()
  say(`${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  return result
}

/** Of a line of `docker stats`. */
function mebibytes(line: string): number {
  const [, amount = '', unit = ''] = / ([\d.]+)(KiB|MiB|GiB) \//.exec(line) ?? []
  return Number(amount) * { KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit as 'KiB' | 'MiB' | 'GiB']
}

writeFileSync(
  join(site, '.env'),
  `${Object.entries({
    HTTPS_PORT,
    HTTP_PORT: 18080,
    CODEC_PORT: 18001,
    TEMPORAL_UI_PORT: 18233,
    RATE_LIMIT_SCALE: 1000,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`,
)
const up = ['up', '-d', '--no-build', '--wait', '--wait-timeout', String(HEALTHY_MS / 1_000)]

// What a drill left that was ended half-way: its containers come up with the engine and hold the ports, its volumes know other passwords.
for (const { list, remove } of KINDS) {
  const left = there(list)
  if (left.length > 0) run('docker', ...remove, ...left)
}

let isDone = false
try {
  await timed('setup', () => run('deploy/setup.sh', '--no-build'))
  await timed('setup, again', () => run('deploy/setup.sh', '--no-build'))
  await timed('up to healthy', () => compose(...up))
  const memory = run('docker', 'stats', '--no-stream', '--format', '  {{.Name}} {{.MemUsage}}').trimEnd()
  say(`${memory}\n  the whole: ${Math.round(memory.split('\n').reduce((sum, line) => sum + mebibytes(line), 0))} MiB`)
  const image = run('docker', 'image', 'inspect', 'scenor:local', '--format', '{{.Size}}')
  say(`image: ${Math.round(Number(image) / 1e6)} MB`)

  const person = await timed('registered', () => register(HTTPS_PORT, join(site, 'secrets/tls/gateway.pem')))
  const mine = new Set<string>()
  await timed('first script', async () => mine.add(await person.written(await person.generate(), RECOVERED_MS)))

  const ui = await fetch(
    `http://127.0.0.1:18233/api/v1/namespaces/scenor/workflows?query=${encodeURIComponent("ScenorKind = 'generation'")}`,
  )
  assert.equal(((await ui.json()) as { executions: unknown[] }).executions.length, 1)
  assert.equal((await fetch('http://127.0.0.1:18001/codec')).status, 200)
  say('the Web UI lists the generation, the codec server shows its page')

  if (has('kills')) {
    const running = compose('ps', '--format', '{{.Service}} {{.ID}}').trim().split('\n')
    for (const [service, id] of running.map((line) => line.split(' ') as [string, string])) {
      await timed(`killed ${service} (${id.slice(0, 4)})`, async () => {
        const operations: string[] = []
        for (let i = 0; i < WRITTEN_AT_ONCE; i += 1) operations.push(await person.generate())
        // The process itself, by the machine: an engine that is asked to kill takes it for what somebody wants.
        const before = run('docker', 'inspect', id, '--format', '{{.State.Pid}}').trim()
        process.kill(Number(before), 'SIGKILL')
        for (const operation of operations) mine.add(await person.written(operation, RECOVERED_MS))
        await until(() => {
          const [pid, health] = run(
            'docker',
            'inspect',
            id,
            '--format',
            '{{.State.Pid}} {{if .State.Health}}{{.State.Health.Status}}{{end}}',
          )
            .trim()
            .split(' ')
          return pid !== before && pid !== '0' && (health === 'healthy' || health === undefined)
        }, HEALTHY_MS)
      })
    }
    assert.deepEqual(await person.scenarios(), mine)
    say(
      `${mine.size} scripts were ordered and are there: lost 0, twice 0, stuck 0; ${person.repeats()} calls had to be repeated`,
    )
  }
  if (has('backup')) {
    const told = await Promise.all([...mine].map(person.read))
    const archive = await timed('backup', () => run('deploy/backup.sh', join(site, 'backups')).trim())
    await timed('wiped', () => compose('down', '--volumes'))
    await timed('restored', () => run('deploy/restore.sh', archive, '--yes'))
    assert.deepEqual(await Promise.all([...mine].map(person.read)), told)
    await timed('a script after that', async () => person.written(await person.generate(), RECOVERED_MS))
    say('the same answers after wiping and restoring')
  }
  isDone = true
} finally {
  if (!isDone) spawnSync('docker', ['compose', 'ps', '-a'], { cwd: site, stdio: 'inherit' })
  await timed('down', () => compose('--profile', '*', 'down', '--volumes', '--remove-orphans'))
}
assert.deepEqual(
  KINDS.map(({ list }) => there(list)),
  [[], [], []],
)
say('nothing is left')
