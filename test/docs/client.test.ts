import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { filesOf } from '../support/documented-files.ts'
import { startSystem, type System } from '../support/system.ts'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const files = filesOf(join(ROOT, 'docs/client.md'))

let system: System
let folder: string
beforeAll(async () => {
  system = await startSystem()
  folder = await mkdtemp(join(ROOT, 'test/docs/.client-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await system?.stop()
})

/** Runs a file of the page as a module, with what it takes for granted. Gives what it printed. */
async function runDocumented(name: string): Promise<string[]> {
  const person = await system.api.register()
  const given = { origin: system.api.origin, token: person.token, email: `docs-${person.id}@example.test` }
  const code = files.get(name)!.replace("'@scenor/client'", `'../../../client/index.ts'`)
  const begin = `${Object.entries(given)
    .map(([key, value]) => `const ${key}: string = ${JSON.stringify(value)}`)
    .join('\n')}\nexport const printed: string[] = []\nconst print = (text: string) => void printed.push(text)\n`
  await writeFile(join(folder, name), begin + code)
  return ((await import(join(folder, name))) as { printed: string[] }).printed
}

test('every file of docs/client.md is run below', () =>
  expect([...files.keys()].toSorted()).toEqual(['routes.ts', 'script.ts', 'watch.ts']))

test('script.ts shows a script while it is written, and its title', async () => {
  const printed = await runDocumented('script.ts')
  expect(printed.length).toBeGreaterThan(1)
  expect(printed.slice(0, -1).join('')).toContain(printed.at(-1))
})

test('routes.ts is refused the second change, and lists what there is', async () => {
  expect(await runDocumented('routes.ts')).toEqual(['Объект тем временем изменён', 'Чай на день'])
})

test('watch.ts hears of every stage and of the end', async () => {
  const printed = await runDocumented('watch.ts')
  expect(printed.length).toBeGreaterThan(2)
  expect(printed.at(-1)).toBe('succeeded')
})

const PYTHON = join(homedir(), '.cache/scenor/openapi-python-client-0.29.1/bin')
// `.ci/install-clients.sh` brings it; in CI it must be there.
const withPython = existsSync(PYTHON) || process.env['CI'] ? test : test.skip

withPython('a Python client made from docs/openapi.json has a script written', async () => {
  const example = join(ROOT, 'examples/python')
  const env = { ...process.env, PATH: `${PYTHON}:${process.env['PATH']}`, PYTHONPATH: folder }
  await run(join(example, 'generate.sh'), [folder], { env })
  // Beside what was made for it: a warning of the language is a fault of the document or of its generator.
  const { stdout } = await run('python3', ['-W', 'error', join(example, 'write.py'), system.api.origin], { env })
  expect(stdout).toMatch(/^succeeded: .+, [1-9]\d* scenes\n$/)
})

// A minute for what it is generated with: in `npm run drill:client` alone.
if (process.env['SCENOR_CLIENT_RUNS'] !== undefined)
  test('a Go client made from docs/openapi.json has a script written', async () => {
    const cwd = join(ROOT, 'examples/go')
    await run('go', ['generate'], { cwd })
    const { stdout } = await run('go', ['run', '.', system.api.origin], { cwd })
    expect(stdout).toMatch(/^succeeded: .+, [1-9]\d* scenes\n$/)
  })
