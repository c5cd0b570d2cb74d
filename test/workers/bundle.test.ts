import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { bundleSources } from '../../workers/bundle-sources.ts'
import { testServers } from '../support/servers.ts'

const ROOT = resolve(import.meta.dirname, '../..')
let folder = ''
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test('the fingerprint of the bundle covers every file of ours that is in it', async () => {
  const code = readFileSync(testServers().bundlePath, 'utf8')
  expect(code).not.toMatch(/[^\0-\xff]/)
  const [, map = ''] = /sourceMappingURL=data:[^,]*,([\w+/=]+)/.exec(code) ?? []
  const { sources, ...rest } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] }
  // The threads of workflows hold all of it.
  expect(rest).not.toHaveProperty('sourcesContent')
  const bundled = sources
    .filter((path) => path.startsWith(ROOT) && path.endsWith('.ts') && !path.includes('/node_modules/'))
    .map((path) => relative(ROOT, path))
  expect(bundled).toContain('contracts/queues.ts')
  const entries = ['workflows/index.ts', 'workflows/trace.ts', 'workflows/failure-converter.ts']
  const covered = await bundleSources(entries.map((path) => join(ROOT, path)))
  expect(covered.map((path) => relative(ROOT, path))).toEqual(expect.arrayContaining(bundled))
})

test('imports are followed through other folders, and imports of types are not', async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-bundle-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write(
    'entry.ts',
    "import {\n  a,\n  type B,\n} from './a.ts'\nimport type { C } from './types.ts'\nexport { d } from './d.ts'\n",
  )
  write('a.ts', "import './effect.ts'\nimport { a as again } from './entry.ts'\nexport const a = again\n")
  write('d.ts', "export type * from './types.ts'\nexport const d = 'from ./nowhere.ts'\n")
  write('effect.ts', '')
  expect(await bundleSources([join(folder, 'entry.ts')])).toEqual(
    ['a.ts', 'd.ts', 'effect.ts', 'entry.ts'].map((name) => join(folder, name)),
  )
})
