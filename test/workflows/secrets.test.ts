import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { temporal } from '@temporalio/proto'
import { createPayloadCodec } from '../../temporal/codec.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'

const PASSWORD = 'plum-orbit-kettle-92'
const PHONE = '+79161234567'
const BRIEF = 'Ролик о чайнике «Самовар-Х», который поёт. Закажите на сайте.'

let model: ModelServer
let system: System
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({ env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-very-secret-key' } })
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

/** All that stands in a history, as the server holds it: byte fields as text, next to the JSON. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([k, v]) => `${k}: ${textOf(v)}`)
      .join('\n')
  return String(value)
}

/** Every payload of it, decrypted. */
async function decoded(value: unknown): Promise<string> {
  const codec = createPayloadCodec(system.keys.payload)
  const found: temporal.api.common.v1.IPayload[] = []
  const walk = (v: unknown): void => {
    if (typeof v !== 'object' || v === null || v instanceof Uint8Array) return
    if ('metadata' in v && 'data' in v) found.push(v as temporal.api.common.v1.IPayload)
    else Object.values(v).forEach(walk)
  }
  walk(value)
  expect(found.length).toBeGreaterThan(0)
  return textOf(await codec.decode(found as never))
}

test('histories show no text of a person raw, and no secret or address even decrypted', async () => {
  const person = await system.api.register({ password: PASSWORD, phone_number: PHONE, full_name: 'Пелагея Тайная' })
  model.plan(
    { status: 429, json: { error: { message: `your prompt was: ${BRIEF}` } }, headers: { 'retry-after': '0' } },
    {},
  )
  const accepted = await person.post('/ai/generate', { brief: BRIEF })
  const done = await system.api.finished(accepted.body.id, person.token)
  expect(done).toMatchObject({ error: null, status: 'succeeded' })
  const scenario = await person.get(`/scenarios/${done.result.scenario_id}`)
  const account = await system.databases.auth
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', person.id)
    .executeTakeFirstOrThrow()
  const registration = await system.databases.auth
    .selectFrom('operations')
    .select('id')
    .where('owner_id', '=', person.id)
    .executeTakeFirstOrThrow()

  for (const id of [registration.id, accepted.body.id]) {
    const handle = system.temporal.workflow.getHandle(id)
    await handle.result()
    const history = [await handle.fetchHistory(), (await handle.describe()).raw]
    const raw = textOf(history)
    for (const words of ['Самовар', 'Пелагея', 'Проверочный текст', scenario.body.title, person.email])
      expect(raw).not.toContain(words)
    const clear = await decoded(history)
    for (const secret of [
      PASSWORD,
      account.password_hash,
      person.email,
      PHONE,
      PHONE.slice(2),
      person.token,
      person.refresh_token,
      'sk-very-secret-key',
      BRIEF,
    ]) {
      expect(raw).not.toContain(secret)
      expect(clear).not.toContain(secret)
    }
  }
})

test('logs hold no password, token, address or brief', () => {
  const all = system.logs.join('\n')
  expect(all).toContain('"http.request.id"')
  for (const secret of [PASSWORD, PHONE, 'Самовар', 'example.test', 'sk-very-secret-key', 'eyJ'])
    expect(all).not.toContain(secret)
})
