import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { dayOfLines, NEEDLES } from '../drills/day-of-lines.ts'
import { indexTemplate, mappedFields, onRecord } from '../docs/log-template.ts'
import { linesOf, ROOT } from './said.ts'

interface Query {
  readonly question: string
  readonly body: object
}
const queries = JSON.parse(readFileSync(join(ROOT, 'deploy/logs/queries.json'), 'utf8')) as Query[]
const fields = mappedFields()

/** Every key and value in it. */
const walk = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[key, inner] as [string, unknown], ...walk(inner)])
    : []

test('the index template has each field of the log (else: npm run docs:logs -- --write)', () =>
  expect(onRecord()).toEqual(indexTemplate()))

test('the queries ask for fields that are mapped so that they can be asked for', () => {
  expect(queries).toHaveLength(NEEDLES.length)
  const asked = queries.flatMap(({ body }) =>
    walk(body).flatMap(([key, inner]) => {
      if (key === 'field') return [String(inner)]
      return ['term', 'range', 'match_phrase'].includes(key) ? Object.keys(inner as object) : []
    }),
  )
  expect(asked.length).toBeGreaterThan(15)
  expect(asked.filter((field) => !Object.hasOwn(fields, field))).toEqual([])
})

test('the messages that they ask for are said', () => {
  const said = new Set(
    [...linesOf('workers/**/*.ts'), ...linesOf('node_modules/@temporalio/worker/lib/*.js')].map(
      ({ message }) => message,
    ),
  )
  const asked = queries.flatMap(({ body }) =>
    walk(body).flatMap(([key, value]) => (key === 'message' ? [String(value)] : [])),
  )
  expect(asked.length).toBeGreaterThan(5)
  expect(asked.filter((message) => !said.has(message))).toEqual([])
})

test('every field of a day of lines is mapped, labels and causes apart', () => {
  const seen = new Set(dayOfLines(Date.now()).flatMap((line) => Object.keys(JSON.parse(line) as object)))
  expect([...seen].filter((name) => !Object.hasOwn(fields, name) && !/^(error|labels\..+)$/.test(name))).toEqual([])
})
