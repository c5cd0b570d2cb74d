import { ApplicationFailure } from '@temporalio/common'
import { expect, test } from '@jest/globals'
import { createLogger, type Logger } from '../../telemetry/logger.ts'
import { BASE_FIELDS, LOG_FIELDS } from '../../telemetry/log-fields.ts'
import { childSpan, withTrace } from '../../telemetry/trace.ts'

type Line = Record<string, unknown> & { error?: Record<string, unknown> }

/** What one call writes. */
function lineOf(say: (logger: Logger) => void): Line {
  const lines: string[] = []
  say(createLogger({ LOG_LEVEL: 'debug' }, 'test', { write: (line: string) => void lines.push(line) }))
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '') as Line
}

test('a line is in the Elastic Common Schema, and tells of which process it is', () => {
  const line = lineOf((logger) => logger.warn({ tries: 3 }, 'said'))
  for (const name of Object.keys(BASE_FIELDS)) expect(line).toHaveProperty([name])
  expect(line).toMatchObject({
    ...{ 'log.level': 'warn', message: 'said', 'service.name': 'scenor-test', 'scenor.tries': 3 },
    '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  })
})

test('the SDK’s words and ours are one name in the log', () => {
  const ours = lineOf((logger) => logger.info({ workflow_id: 'w', run_id: 'r', workflow_type: 't', queue: 'q' }, 'x'))
  const sdk = lineOf((logger) => logger.info({ workflowId: 'w', runId: 'r', workflowType: 't', taskQueue: 'q' }, 'x'))
  const named = { 'workflow.id': 'w', 'workflow.run_id': 'r', 'workflow.type': 't', 'workflow.task_queue': 'q' }
  for (const line of [ours, sdk]) expect(line).toMatchObject(named)
})

test('two words that have one name are of one type', () => {
  for (const fields of Map.groupBy(Object.values(LOG_FIELDS), ({ name }) => name).values())
    expect(new Set(fields.map(({ type }) => type)).size).toBe(1)
})

test('what nobody planned is text below labels, so that no mapping is in its way', () => {
  const line = lineOf((logger) =>
    logger.info({ numPollers: 3, options: { a: 1 }, task: 'x', long: 'y'.repeat(5_000) }, 'x'),
  )
  expect(line).toMatchObject({ 'labels.numPollers': '3', 'labels.options': '{"a":1}' })
  expect(String(line['labels.long'])).toHaveLength(1_000)
  expect(JSON.stringify(line)).not.toContain('task')
})

test('a line has the trace and the work that it is written in', () => {
  const trace = childSpan(null)
  const line = withTrace(trace, () => lineOf((logger) => logger.info('x')), { request_id: 'r-1', event_id: 'e-1' })
  expect(line).toMatchObject({
    ...{ 'trace.id': trace.slice(3, 35), 'span.id': trace.slice(36, 52) },
    ...{ 'http.request.id': 'r-1', 'scenor.event.id': 'e-1' },
  })
})

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
test.each<[string, unknown, object]>([
  ['an error', refused, { type: 'Error', message: refused.message, code: 'ECONNREFUSED' }],
  ['a text of the core', 'Status { code: Unavailable }', { type: 'string', message: 'Status { code: Unavailable }' }],
  [
    'an error of another realm',
    { name: 'TransportError', message: 'gone' },
    { type: 'TransportError', message: 'gone' },
  ],
  ['a code of gRPC', { message: 'away', code: 14, details: 'x' }, { message: 'away', code: '14' }],
  ['an object', { password: 'secret', id: 1 }, { type: 'object', message: 'with password, id' }],
  ['nothing', undefined, { type: 'undefined' }],
  [
    'several at once',
    new AggregateError([refused, refused]),
    { code: 'ECONNREFUSED', message: `${refused.message}; ${refused.message}` },
  ],
  ['a failure of the closed list', ApplicationFailure.nonRetryable('spent', 'ai.quota'), { code: 'ai.quota' }],
])('of %s the log says what it is', (_, thrown, said) => {
  // As the SDK hands it over.
  const { error } = lineOf((logger) => logger.error({ err: thrown ?? String(thrown) }, 'x'))
  expect(error).toMatchObject(thrown === undefined ? { message: 'undefined' } : said)
  expect(JSON.stringify(error)).not.toContain('secret')
})

test('causes survive, as deep as five', () => {
  const chain = [1, 2, 3, 4, 5, 6, 7].reduceRight<Error | undefined>(
    (cause, n) => new Error(`cause ${n}`, { cause }),
    undefined,
  )
  const { error } = lineOf((logger) => logger.error({ err: chain }, 'x'))
  const messages: unknown[] = []
  for (let at = error; at; at = at['cause'] as Line['error']) messages.push(at['message'])
  expect(messages).toEqual([1, 2, 3, 4, 5, 6].map((n) => `cause ${n}`))
  expect(error?.['stack_trace']).toContain('logger.test.ts')
})

test('secrets are hidden at the top, one level down, and below labels', () => {
  const secret = 'plum-orbit'
  const line = lineOf((logger) =>
    logger.info(
      { password: secret, deep: { token: secret }, email: secret, brief: secret, authorization: secret },
      'x',
    ),
  )
  expect(JSON.stringify(line)).not.toContain(secret)
  expect(line['labels.password']).toBe('[redacted]')
})
