import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { KINDS, OPERATION_KINDS } from '../../contracts/kinds.ts'
import { FORMAT_NAMES } from '../../exports/format.ts'
import { inDays, RETENTION } from '../../retention.ts'
import { SERVICES, type Service } from '../../services.ts'
import { DEFINITIONS } from '../../workers/services/index.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** The number of a constant or property in a source file, as it is written there. */
function figure(path: string, name: string): number {
  const [, text] = new RegExp(`\\b${name}(?: =|:) (\\d[\\d_]*)\\b`).exec(read(path)) ?? []
  if (text === undefined) throw new Error(`${path} has no number ${name}`)
  return Number(text.replaceAll('_', ''))
}

/** Where a document states a figure: its sentence with # for the number, and the constant with what one of its units is there. */
const SECURITY: readonly (readonly [sentence: string, path: string, name: string, unit: number])[] = [
  ['argon2id, # MiB', 'api/auth/passwords.ts', 'memoryCost', 1024],
  ['MiB, # passes', 'api/auth/passwords.ts', 'timeCost', 1],
  ['Ed25519 JWT, # minutes', 'api/auth/access-token.ts', 'ACCESS_TOKEN_LIFE_S', 60],
  ['ending it counts within # s', 'api/auth/sessions.ts', 'REMEMBER_MS', 1000],
  ['a grace of # s', 'api/auth/sessions.ts', 'GRACE_MS', 1000],
  ['Ed25519 JWT of # s for one audience', 'internal/token.ts', 'LIFE_S', 1],
  ['# levels deep', 'api/http/json.ts', 'MAX_DEPTH', 1],
  ['headers # KiB', 'api/http/listen.ts', 'maxHeaderSize', 1024],
  ['# s for headers', 'api/http/listen.ts', 'headersTimeout', 1000],
  ['headers, # s for all', 'api/http/listen.ts', 'requestTimeout', 1000],
  ['# s for an answer', 'api/pipeline.ts', 'TIME_LIMIT_MS', 1000],
]
const ARCHITECTURE: typeof SECURITY = [
  ['A file that takes longer than # s', 'exports/renderer.ts', 'TIME_LIMIT_MS', 1000],
  ['a token that lives # seconds', 'internal/token.ts', 'LIFE_S', 1],
  ['| headers, whole request to arrive | # s,', 'api/http/listen.ts', 'headersTimeout', 1000],
  ['| a handler | # s,', 'api/pipeline.ts', 'TIME_LIMIT_MS', 1000],
  ['| question to another service | # s |', 'internal/client.ts', 'TIME_LIMIT_MS', 1000],
  ['loses its lease within # s', 'db/leases/keeper.ts', 'LEASE_MS', 1000],
  ['or reads a topic, without renewal | # s', 'db/leases/keeper.ts', 'LEASE_MS', 1000],
  ['its process’s lease of # s runs out', 'workers/leased-activities.ts', 'LEASE_MS', 1000],
  ['activities: renewed, out, looked for | # s, 2.5 s', 'workers/leased-activities.ts', 'RENEW_MS', 1000],
  ['look without being woken | # s, 3 s', 'db/listener.ts', 'APART_MS', 1000],
  ['look without being woken | 0.25 s, # s', 'db/listener.ts', 'LOOK_MS', 1000],
  ['between tries | # ms, 1 s', 'workers/relays/outbox.ts', 'LINGER_MS', 1],
  ['between tries | 10 ms, # s', 'workers/relays/outbox.ts', 'MARK_MS', 1000],
  ['a session that was ended still let in | # min;', 'api/auth/access-token.ts', 'ACCESS_TOKEN_LIFE_S', 60],
]

test.each(SECURITY)('SECURITY.md says “%s” as %s has it', (sentence, path, name, unit) =>
  expect(read('SECURITY.md')).toContain(sentence.replace('#', String(figure(path, name) / unit))),
)
test.each(ARCHITECTURE)('docs/architecture.md says “%s” as %s has it', (sentence, path, name, unit) =>
  expect(read('docs/architecture.md')).toContain(sentence.replace('#', String(figure(path, name) / unit))),
)

const { callTexts, deletedScenarios, executions, idempotencyKeys, operationEvents } = RETENTION
/** Where a document says how long something is kept: its sentence with # for each number of days. */
const KEPT: readonly (readonly [document: string, sentence: string, ...seconds: number[]])[] = [
  ['docs/architecture.md', 'Finished executions stay for # days', executions],
  ['docs/architecture.md', '| a deleted scenario can be restored | # days | retention.ts |', deletedScenarios],
  ['docs/architecture.md', 'are hidden, and removed after # days by the schedule', deletedScenarios],
  ['docs/architecture.md', '| # days; # days | retention.ts |', operationEvents, callTexts],
  ['docs/operations.md', 'namespace with # days of retention', executions],
  ['docs/operations.md', '# days later `… payload prune`', Math.max(executions, callTexts)],
  ['docs/operations.md', 'executions stay # days after their end, texts of model calls #)', executions, callTexts],
  ['docs/operations.md', 'Scenarios that were deleted more than # days ago are removed', deletedScenarios],
  ['docs/operations.md', 'Texts of model calls are kept for # days, finished histories for #.', callTexts, executions],
  ['docs/migration.md', 'deleted can be restored for # days', deletedScenarios],
  ['CHANGELOG.md', 'deleted and brought back for # days', deletedScenarios],
]
const filled = (sentence: string, seconds: readonly number[]) =>
  seconds.reduce((text, s) => text.replace('#', String(inDays(s))), sentence)

test.each(KEPT)('%s says “%s” as retention.ts has it', (document, sentence, ...seconds) =>
  expect(read(document)).toContain(filled(sentence, seconds)),
)

test.each([...new Set(KEPT.map(([document]) => document)), 'README.md', 'SECURITY.md'])(
  '%s says no number of days that the list above does not hold to retention.ts',
  (document) => {
    const held = KEPT.filter(([of]) => of === document)
    const rest = held.reduce((text, [, said, ...seconds]) => text.replace(filled(said, seconds), ''), read(document))
    expect(rest.match(/^.*\b\d+ days\b.*$/gm)).toBeNull()
  },
)

test('docs/architecture.md says how long an answer of an idempotency key is kept as retention.ts has it', () =>
  expect(read('docs/architecture.md')).toContain(
    `| kept answer of an idempotency key | ${idempotencyKeys / 3_600} h |`,
  ))

/** The cells of the table whose heading begins with that word. */
function rowsUnder(document: string, heading: string): string[][] {
  const [, table = ''] = read(document).split(`\n| ${heading} |`)
  const [, , ...lines] = table.slice(0, table.indexOf('\n\n')).split('\n')
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
const quoted = (cell: string | undefined): string[] => [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, word]) => word!)

test('docs/architecture.md has every workflow, with the service that it starts on', () => {
  const exported = [...read('workflows/index.ts').matchAll(/export \{ (\w+) \} from '\.\/([\w-]+)\.ts'/g)]
  const listed = rowsUnder('docs/architecture.md', 'Workflow')
  expect(listed.map(([workflow]) => workflow).toSorted()).toEqual(
    exported.map(([, name, file]) => `[${name}](../workflows/${file}.ts)`).toSorted(),
  )
  const services = listed.flatMap(([, service]) => quoted(service))
  expect(services).toHaveLength(listed.length)
  expect(services.filter((name) => !DEFINITIONS[name as Service]?.workflows)).toEqual([])
})

test.each(OPERATION_KINDS)('the kind of operation %s has its workflow, on a service that runs workflows', (kind) => {
  const { workflow, service } = KINDS[kind]
  expect(read('workflows/index.ts')).toMatch(new RegExp(`^export \\{ ${workflow} \\} from`, 'm'))
  expect(DEFINITIONS[service].workflows).toBe(true)
})

test('docs/architecture.md draws every service', () =>
  expect(read('docs/architecture.md')).toContain(SERVICES.join(' · ')))

test('docs/architecture.md says which events each service hears, and which of them it acts on', () => {
  const heard = SERVICES.filter((service) => DEFINITIONS[service].subscriptions.length > 0).map((service) => {
    const deps = { db: undefined, internal: undefined } as never
    return [service, DEFINITIONS[service].subscriptions.flatMap((subscribe) => subscribe(deps).topics).toSorted()]
  })
  const listed = rowsUnder('docs/architecture.md', 'Service')
  const said = listed.map(([service, topics]) => [quoted(service)[0], quoted(topics).toSorted()])
  expect(said.toSorted()).toEqual(heard.toSorted())
  const named = (path: string) =>
    [...read(path).matchAll(/(?:case |event\.type [!=]== )'(\w+)'/g)].map(([, event]) => event!)
  const acted: Record<string, string[]> = {
    scenarios: named('commands/shares.ts'),
    notifications: [...named('commands/notifications.ts'), ...named('notifications/rules.ts')],
  }
  for (const [service, , events] of listed)
    expect(quoted(events).toSorted()).toEqual([...new Set(acted[quoted(service)[0]!])].toSorted())
})

test('the changelog counts the export formats and the briefs of the evaluation', () => {
  const [changelog, briefs] = [read('CHANGELOG.md'), JSON.parse(read('examples/eval/briefs.json')) as unknown[]]
  const numbers = ['Ten', 'Eleven', 'Twelve', 'Thirteen', 'Fourteen']
  expect(changelog).toContain(`- ${numbers[FORMAT_NAMES.length - 10]} export formats`)
  expect(changelog).toContain(`the checks think of ${briefs.length} briefs`)
})

test('the glossary is in alphabetical order, has each word once, and names files that are there', () => {
  const entries = rowsUnder('docs/glossary.md', 'Word')
  const words = entries.map(([word = '']) => word.replaceAll('*', '').toLowerCase())
  expect(words.length).toBeGreaterThan(60)
  expect(words).toEqual([...new Set(words)].toSorted())
  const files = entries.map(([, , file]) => /^\[(.+)\]\(\.\.\/\1\)$/.exec(file ?? '')?.[1] ?? `no link: ${file}`)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('the figure of a constant that is gone is an error, not a match', () => {
  expect(() => figure('retention.ts', 'NO_SUCH_DAYS')).toThrow('has no number')
})
