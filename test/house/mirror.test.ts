import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'

const ROOT = resolve(import.meta.dirname, '../..')
const ROUTES = 'api/routes'
/** A list of the others, without anything of its own to try. */
const LIST = 'index.ts'

const files = readdirSync(join(ROOT, ROUTES), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== LIST)
  .map((name) => name.replace(/\.ts$/, ''))

test('there are files of routes', () => expect(files.length).toBeGreaterThan(20))

test.each(files)('api/routes/%s.ts has its tests at the same place under test/api/', (name) => {
  expect(existsSync(join(ROOT, 'test/api', `${name}.test.ts`))).toBe(true)
})
