import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { envTable, variablesPart, withTable } from '../../cli/env-table.ts'

describe('the table of variables', () => {
  test('the README shows every variable as config.ts has it (else: npm run docs:env -- --write)', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    expect(withTable(readme, variablesPart())).toBe(readme)
  })

  test('a row has name, default and meaning; a bar in a text does not end its cell', () => {
    const table = envTable({ PORT: { about: 'where it listens', fallback: '3000' }, MODE: { about: 'a|b' } })
    expect(table.split('\n').slice(2)).toEqual(['| `PORT` | `3000` | where it listens |', '| `MODE` |  | a\\|b |'])
  })

  test('a README without markers is refused, not filled at a wrong place', () => {
    expect(() => withTable('# Scenor', 'table')).toThrow('lost its markers')
  })
})
