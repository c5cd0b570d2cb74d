import { afterEach, expect, test } from '@jest/globals'
import { createLogger } from '../../telemetry/logger.ts'
import { inSpan, inStep, recording } from '../../telemetry/spans.ts'
import { startTracing, type Tracing } from '../../telemetry/trace-exporter.ts'
import { currentTrace } from '../../telemetry/trace.ts'
import { startOtlpSink } from '../support/otlp-sink.ts'
import { until } from '../support/until.ts'

const logs: string[] = []
const logger = createLogger({ LOG_LEVEL: 'debug' }, 'test', { write: (line: string) => void logs.push(line) })
let tracing: Tracing | undefined
const begin = (endpoint: string | undefined, { share = 1, headers }: { share?: number; headers?: string } = {}) =>
  (tracing = startTracing(
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers, TRACE_SHARE: share },
    'test',
    logger,
  ))
afterEach(async () => {
  await tracing?.stop()
  logs.length = 0
})
const step = (name: string) => inStep({ name, parent: null }, async () => {})

test('without an endpoint nothing is recorded, and a trace goes through all the same', async () => {
  expect(begin(undefined)).toBeUndefined()
  expect(recording()).toBe(false)
  await inStep({ name: 'outer', parent: null }, async () => {
    const outer = currentTrace()
    expect(outer).toMatch(/-00$/)
    await inSpan({ name: 'inner' }, async () => expect(currentTrace()).toBe(outer))
  })
})

test('what is recorded when the process stops is sent', async () => {
  await using sink = await startOtlpSink()
  begin(`${sink.url}/api/public/otel/`, { headers: 'Authorization=Basic%20eDp5,x-langfuse-ingestion-version=4' })
  await step('last')
  await tracing?.stop()
  expect(sink.spans.map(({ name }) => name)).toEqual(['last'])
  expect(sink.requests[0]).toMatchObject({
    path: '/api/public/otel/v1/traces',
    headers: { authorization: 'Basic eDp5', 'x-langfuse-ingestion-version': '4' },
  })
  const [{ resource }] = (JSON.parse(sink.requests[0]?.text ?? '') as { resourceSpans: [{ resource: object }] })
    .resourceSpans
  expect(JSON.stringify(resource)).toContain('"service.name","value":{"stringValue":"scenor-test"}')
  expect(recording()).toBe(false)
})

test('an answer that asks for another try gets one, a refusal is not repeated', async () => {
  await using sink = await startOtlpSink()
  sink.plan.push(503, 429)
  begin(sink.url)
  await step('again')
  await until(() => sink.spans.length === 1)
  sink.plan.push(400)
  await step('refused')
  await until(() => sink.requests.length === 4)
  await step('after it')
  await until(() => sink.spans.length === 2)
  expect(sink.spans.map(({ name }) => name)).toEqual(['again', 'after it'])
  expect(logs.filter((line) => line.includes('spans could not be sent'))).toHaveLength(1)
})

test('a sink that is away costs spans beyond some thousand and one line, and no work', async () => {
  begin('http://127.0.0.1:9')
  for (let i = 0; i < 10_000; i++) await step('lost')
  await until(() => logs.length > 0)
  await tracing?.stop()
  expect(logs.filter((line) => line.includes('spans could not be sent'))).toHaveLength(1)
})

test('a share of the traces that begin here is recorded, whole', async () => {
  await using sink = await startOtlpSink()
  begin(sink.url, { share: 0.5 })
  for (let i = 0; i < 1_000; i++)
    await inStep({ name: 'outer', parent: null }, () => inSpan({ name: 'inner' }, async () => {}))
  await tracing?.stop()
  const outer = sink.spans.filter(({ name }) => name === 'outer')
  expect(outer.length).toBeGreaterThan(350)
  expect(outer.length).toBeLessThan(650)
  expect(sink.spans.length).toBe(2 * outer.length)
})

test('an error is told by its type or code, never by its words', async () => {
  await using sink = await startOtlpSink()
  begin(sink.url)
  const failing = inStep({ name: 'fails', parent: null }, () => Promise.reject(new TypeError('the brief was: Самовар')))
  await expect(failing).rejects.toThrow('Самовар')
  await tracing?.stop()
  expect(sink.spans[0]?.status).toEqual({ code: 2, message: 'TypeError' })
  expect(sink.requests[0]?.text).not.toContain('Самовар')
})
