import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LOG_FIELDS } from '../../telemetry/log-fields.ts'
import { linesOf, ROOT } from './said.ts'

const OURS =
  '{activities,api,commands,db,doctor,events,exports,internal,keys,llm,network,notifications,telemetry,temporal,workers}/**/*.ts'
const own = [...linesOf(OURS), ...linesOf('lifecycle.ts'), ...linesOf('cli/gateway-run.ts')]
const sdk = linesOf('node_modules/@temporalio/{worker,workflow,activity,client,common}/lib/**/*.js')

/** The message of `problems.ts` that is the name of a status. */
const STATUS = 'Service Unavailable'
/** Of what we do not use (Bun, Nexus, slot suppliers, external storage, threads, bundling in a worker), and debug lines of ours alone. */
const NOT_MET =
  /Bun |Nexus|slot supplier|external storage|Worker Thread|bundle|WorkerOptions|maxC|replacement of worker/i

const table =
  readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').split('## What the log says')[1]?.split('\n## ')[0] ?? ''
const documented = table
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))

const isDocumented = (message: string): boolean => documented.some((text) => message.trim() === text)

test('every line of ours stands in the table of docs/operations.md', () => {
  const messages = own.map(({ message }) => message ?? STATUS)
  expect(messages.length).toBeGreaterThan(50)
  expect([...new Set(messages)].filter((message) => !isDocumented(message))).toEqual([])
})

test('every line of the Temporal SDK that can be met stands there', () => {
  const said = sdk.filter(({ level, message }) => level !== 'trace' && level !== 'debug' && message !== null)
  const met = said.map(({ message }) => (message ?? '').trim()).filter((message) => !NOT_MET.test(message))
  expect(met.length).toBeGreaterThan(10)
  expect([...new Set(met)].filter((message) => !isDocumented(message))).toEqual([])
})

test('nothing stands there that no line says', () => {
  const all = new Set([...own, ...sdk].map(({ message }) => (message ?? STATUS).trim()))
  expect(documented.filter((text) => !all.has(text))).toEqual([])
})

test('every word beside a message of ours has a name in the log', () => {
  const unnamed = own.flatMap(({ place, words }) =>
    words.filter((word) => word !== 'err' && !(word in LOG_FIELDS)).map((word) => `${place}: ${word}`),
  )
  expect(unnamed).toEqual([])
})
