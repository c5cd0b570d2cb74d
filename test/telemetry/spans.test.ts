import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CHECKS } from '../../script/checks/check.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { startTracing, type Tracing } from '../../telemetry/trace-exporter.ts'
import { PASSWORD } from '../support/http.ts'
import { observationOf } from '../support/langfuse.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startOtlpSink, treeOf, type OtlpSink, type Plain, type ReceivedSpan } from '../support/otlp-sink.ts'
import { startSystem, type System } from '../support/system.ts'
import { proven } from '../support/verified.ts'
import { until } from '../support/until.ts'

const SPAN = '00f067aa0ba902b7'
const BRIEF = 'Ролик о чайнике «Самовар-Х», который поёт. Закажите на сайте.'
const PHONE = '+79161234567'

/** Who calls whom, from the request on: the API cannot reach Temporal here, so that the relay starts what it accepts. */
const TREE = `
POST /ai/generate
  accept generation
    StartWorkflow:generation
    relay generation
      StartWorkflow:generation
        RunWorkflow:generation
          RunActivity:finishGeneration
            send ai_events
              process ai_events
                relay notification
                  StartWorkflow:notification
                    RunWorkflow:notification
                      RunActivity:deliver
                        ask auth
                          GET /internal/auth/accounts/:id/contacts
                        ask users
                          GET /internal/users/profiles/:id
                        send email
                        send notification_events
                      RunActivity:planDeliveries
                send notification_events
          RunActivity:storeVersion
            send scenario_events
              process scenario_events
          RunActivity:writeScript
            chat gpt-4.1-mini
              evaluate script
    send ai_events
      process ai_events`

let sink: OtlpSink
let tracing: Tracing | undefined
let model: ModelServer
let mail: MailServer
let system: System
beforeAll(async () => {
  ;[sink, model, mail] = await Promise.all([startOtlpSink(), startModelServer(), startMailServer()])
  model.always({})
  tracing = startTracing(
    { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_HEADERS: undefined, TRACE_SHARE: 0 },
    'test',
    createLogger({ LOG_LEVEL: 'silent' }, 'test'),
  )
  system = await startSystem({
    temporalAddress: '127.0.0.1:9',
    env: {
      ...{ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-very-secret-key', OPENAI_MODEL: 'gpt-4.1-mini' },
      ...{ SMTP_URL: mail.url, MAIL_FROM: 'Scenor <mail@example.test>' },
    },
  })
})
afterAll(async () => {
  await system.stop()
  await tracing?.stop()
  await Promise.all([sink, model, mail].map((one) => one[Symbol.asyncDispose]()))
})

const treeText = (spans: readonly ReceivedSpan[]) => `\n${treeOf(spans, SPAN).join('\n')}`
const called = (name: string) => (span: ReceivedSpan) => span.name === name
/** The spans of a trace, once those with all these names are there. */
const spansOf = (traceId: string, ...names: string[]) =>
  until(() => {
    const spans = sink.of(traceId)
    return names.every((name) => spans.some(called(name))) && spans
  }).catch(() => {
    throw new Error(`of ${names.join(', ')} only:\n${treeOf(sink.of(traceId), SPAN).join('\n')}`)
  })

let generation: ReceivedSpan[]
let operation: string
let ownTrace: string
test('a generation is one trace, from the gateway’s traceparent to the mail that tells of it', async () => {
  const person = await system.api.register({ password: PASSWORD, phone_number: PHONE, full_name: 'Пелагея Тайная' })
  await proven(system, person)
  const generation_finished = { in_app: true, email: true, sms: false, web_push: false }
  await person.put('/notifications/preferences', { topics: { generation_finished } })
  ownTrace = randomBytes(16).toString('hex')
  const headers = { traceparent: `00-${ownTrace}-${SPAN}-01` }
  const accepted = await person.post('/ai/generate', { brief: BRIEF }, { headers })
  operation = accepted.body.id as string
  expect(await system.api.finished(operation, person.token)).toMatchObject({ status: 'succeeded' })
  // Spans come as steps end, and those of the bus when its relay has come round.
  const whole = () => treeText(sink.of(ownTrace)) === TREE && sink.of(ownTrace)
  generation = await until(whole).catch(() => sink.of(ownTrace))
  expect(treeText(generation)).toBe(TREE)
  expect(new Set(generation.map(({ spanId }) => spanId)).size).toBe(generation.length)
  for (const { startTimeUnixNano: start, endTimeUnixNano: end } of generation)
    expect(BigInt(end)).toBeGreaterThanOrEqual(BigInt(start))
  expect(generation.find(called('RunWorkflow:generation'))?.attributes).toMatchObject({ 'workflow.id': operation })
  // What the API tried first.
  const failed = generation.flatMap(({ name, status }) => (status ? [name] : []))
  expect(new Set(failed)).toEqual(new Set(['StartWorkflow:generation']))
  await until(() => mail.mails.some(({ to }) => to === person.email))
})

test('the call of the model is a span with its usage, and no other has any', () => {
  const calls = generation.filter(({ attributes }) => 'gen_ai.operation.name' in attributes)
  expect(calls).toHaveLength(1)
  expect(generation.filter(({ attributes }) => Object.keys(attributes).some((key) => key.includes('usage')))).toEqual(
    calls,
  )
  expect(calls[0]).toMatchObject({
    kind: 3,
    attributes: { 'gen_ai.conversation.id': operation, 'scenor.step': 'script' },
  })
})

test('Langfuse’s mapping makes a generation of it, with name, model, tokens, cost and the version of the prompt', async () => {
  const [call] = generation.filter(({ attributes }) => 'gen_ai.operation.name' in attributes)
  const row = await system.databases.ai
    .selectFrom('calls')
    .selectAll()
    .where('operation_id', '=', operation)
    .executeTakeFirstOrThrow()
  expect(observationOf(call as ReceivedSpan)).toEqual({
    ...{ name: 'chat gpt-4.1-mini', type: 'GENERATION', level: 'DEFAULT' },
    ...{ model: row.model_served, promptName: row.prompt_name, promptVersion: row.prompt_version },
    sessionId: operation,
    usageDetails: { input: row.input_tokens, output: row.output_tokens },
    totalCost: Number(row.cost_micros) / 1_000_000,
    completionStartTime: expect.stringMatching(/^\d{4}-/),
    ...{ input: undefined, output: undefined },
  })
  expect(Number(row.cost_micros)).toBeGreaterThan(0)
  const others = generation.filter((span) => span !== call)
  expect(others.map(observationOf).filter(({ type }) => type !== 'SPAN')).toEqual([])
})

test('each check of the script is an evaluation of the call that wrote it', () => {
  const [call] = generation.filter(({ attributes }) => 'gen_ai.operation.name' in attributes)
  const evaluated = generation.find(called('evaluate script'))
  expect(evaluated?.parentSpanId).toBe(call?.spanId)
  expect(evaluated?.events.map(({ attributes }) => attributes['gen_ai.evaluation.name'])).toEqual([...CHECKS])
  for (const { name, attributes } of evaluated?.events ?? []) {
    expect(name).toBe('gen_ai.evaluation.result')
    expect(attributes['gen_ai.evaluation.score.label']).toMatch(/^(pass|fail)$/)
    expect(attributes['gen_ai.evaluation.score.value']).toBeGreaterThanOrEqual(0)
    expect(Object.keys(attributes)).toHaveLength(3)
  }
})

test('a call that fails is a span with its reason, and the next one is another', async () => {
  const person = await system.api.register()
  model.plan({ status: 500 })
  const traceId = randomBytes(16).toString('hex')
  const headers = { traceparent: `00-${traceId}-${SPAN}-01` }
  const accepted = await person.post('/ai/generate', { brief: BRIEF }, { headers })
  expect(accepted.status).toBe(202)
  await system.api.finished(accepted.body.id, person.token)
  const spans = await spansOf(traceId, 'RunWorkflow:generation')
  const calls = spans.filter(called('chat gpt-4.1-mini'))
  expect(calls.map(({ status }) => status?.message)).toEqual(['server_error', undefined])
  const attempts = spans
    .filter(called('RunActivity:writeScript'))
    .map(({ attributes }) => attributes['activity.attempt'])
  expect(attempts.toSorted()).toEqual([1, 2])
})

test('of a caller who wants no spans there are none, and a trace of ours is recorded by its share', async () => {
  const person = await system.api.register()
  const traceId = randomBytes(16).toString('hex')
  await person.post('/scenarios', { title: 'След' }, { headers: { traceparent: `00-${traceId}-${SPAN}-00` } })
  const recorded = randomBytes(16).toString('hex')
  await person.post('/scenarios', { title: 'След' }, { headers: { traceparent: `00-${recorded}-${SPAN}-01` } })
  await spansOf(recorded, 'POST /scenarios', 'send scenario_events')
  expect(sink.of(traceId)).toEqual([])
  expect(new Set(sink.spans.map((span) => span.traceId)).size).toBeLessThan(4)
})

test('spans hold no words, addresses or secrets of anybody', () => {
  const all = sink.requests.map(({ text }) => text).join('\n')
  expect(all).toContain(operation)
  for (const secret of [
    PASSWORD,
    PHONE,
    PHONE.slice(2),
    'Самовар',
    'Пелагея',
    'Проверочный',
    'example.test',
    'sk-very',
    'eyJ',
  ])
    expect(all).not.toContain(secret)
})

test('every attribute is known: what goes to a sink is decided, not found out', () => {
  const known =
    /^(gen_ai|langfuse\.observation|messaging|http|user\.id|workflow|activity|operation\.id|scenor|error\.type)/
  const keys = new Set(sink.spans.flatMap(({ attributes }: { attributes: Plain }) => Object.keys(attributes)))
  expect([...keys].filter((key) => !known.test(key))).toEqual([])
})
