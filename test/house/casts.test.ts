import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import layers from './layers.json' with { type: 'json' }

const ROOT = resolve(import.meta.dirname, '../..')
/** Where the compiler cannot see what is so, with the reason beside each. */
const DOCUMENTED = 'db/tables.ts'
const MAX_CASTS = 2

const filesOf = (room: string): string[] =>
  room.endsWith('.ts')
    ? [room]
    : readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.m?ts$/.test(name))
        .map((name) => join(room, name))

const files = layers
  .flatMap(({ rooms }) => rooms)
  .filter((room) => room !== 'test')
  .flatMap(filesOf)
const castsIn = (file: string) => readFileSync(join(ROOT, file), 'utf8').match(/\bas\s+unknown\s+as\b/g) ?? []

test('a type is forced upon a value at most twice outside of tests, in one documented file', () => {
  expect(files).toContain(DOCUMENTED)
  expect(castsIn(DOCUMENTED).length).toBeGreaterThan(0)
  expect(castsIn(DOCUMENTED).length).toBeLessThanOrEqual(MAX_CASTS)
  expect(files.filter((file) => file !== DOCUMENTED && castsIn(file).length > 0)).toEqual([])
})
