import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'

const PER_SECOND = 2
const JOBS = 12
/** The server lets a second's worth through at once, and with a second worker's poll perhaps one more. */
const BURST = 2 * PER_SECOND

let model: ModelServer
let system: System
beforeAll(async () => {
  model = await startModelServer()
  model.always({})
  system = await startSystem({
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', AI_CALLS_PER_SECOND: String(PER_SECOND) },
  })
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

test(`with AI_CALLS_PER_SECOND=${PER_SECOND} the server hands out ${JOBS} steps no faster, and loses none`, async () => {
  const person = await system.api.register()
  const began = Date.now()
  const replies = await Promise.all(
    Array.from({ length: JOBS }, () =>
      person.post('/ai/generate', {
        brief: 'Ролик о термосе, который держит чай горячим сутки.',
        target_duration_s: 15,
      }),
    ),
  )
  await model.received(JOBS)
  // The least that it must take: a busy machine only makes it longer.
  expect(Date.now() - began).toBeGreaterThanOrEqual(((JOBS - BURST) / PER_SECOND) * 1_000)
  for (const { body } of replies)
    expect(await system.api.finished(body.id, person.token)).toMatchObject({ status: 'succeeded' })
  expect(model.requests).toHaveLength(JOBS)
})
