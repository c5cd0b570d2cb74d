import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { ARCHITECTURE, withLayers } from './diagram.ts'
import layers from './layers.json' with { type: 'json' }

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const rooms = layers.flatMap((layer) => layer.rooms)
const entries = readdirSync(ROOT, { withFileTypes: true }).filter(
  ({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'coverage',
)
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)

/** No code of the product: what runs it elsewhere, what is read, what is tried. */
const NOT_CODE = ['deploy', 'docs', 'examples']
/** What tools look for at the root. */
const TOOLS = ['eslint.config.mjs', 'jest.config.mjs', 'prestart.mjs']

test('every folder stands in the list of layers, once, and is in the README’s map', () => {
  expect(folders.toSorted()).toEqual([...rooms.filter((room) => !/[./]/.test(room)), ...NOT_CODE].toSorted())
  const map = read('README.md')
  expect(folders.filter((name) => !map.includes(`| [${name}/](${name}) |`))).toEqual([])
  expect(rooms.filter((room) => !existsSync(join(ROOT, room)))).toEqual([])
})

test('no module lies loose at the root but those of the list', () => {
  const loose = entries.map(({ name }) => name).filter((name) => /\.m?[jt]s$/.test(name))
  const listed = rooms.filter((room) => room.endsWith('.ts') && !room.includes('/'))
  expect(loose.toSorted()).toEqual([...listed, ...TOOLS].toSorted())
})

test('the types of every folder with code are checked', () => {
  const { include } = JSON.parse(read('tsconfig.json')) as { include: string[] }
  expect(folders.filter((name) => !NOT_CODE.includes(name) && !include.includes(name))).toEqual([])
})

test('docs/architecture.md shows the layers of the list (else: npm run docs:layers)', () => {
  const text = readFileSync(ARCHITECTURE, 'utf8')
  expect(withLayers(text)).toBe(text)
})

test('a reference to a decision says its number', () => {
  for (const file of ['README.md', 'docs/architecture.md', 'docs/operations.md', 'docs/migration.md'])
    for (const [, said, meant] of read(file).matchAll(/\[ADR (\d+)\]\(\S*?adr\/(\d{4})-/g))
      expect(Number(meant)).toBe(Number(said))
})
