import { beforeEach, expect, test } from '@jest/globals'
import type { Behaviour } from '../support/model-server.ts'
import { BRIEF, withModel } from '../support/with-model.ts'

/** What a worker does between the word to stop and its end. */
const at = withModel({ AI_TIMEOUT_MS: '90000', AI_GIVE_UP_S: '900', WORKERS_DRAIN_S: '40' })
// A call that no test planned is one too many.
beforeEach(() => at.model.always(undefined))

const generate = async (target_duration_s: number) => {
  const reply = await at.person.post('/ai/generate', { brief: BRIEF, target_duration_s })
  expect(reply).toMatchObject({ status: 202 })
  return reply.body.id as string
}
const finished = (id: string) => at.system.api.finished(id, at.person.token)
/** An order at its first call, which `go` answers. */
const atItsFirstCall = async (target_duration_s: number, answer: Behaviour = {}) => {
  let go = () => {}
  at.model.plan({ until: new Promise<void>((resolve) => (go = resolve)), ...answer })
  const id = await generate(target_duration_s)
  await at.model.received(1)
  return { id, go }
}

test('a call at work comes to its end, and is not paid for again', async () => {
  const { id, go } = await atItsFirstCall(30)
  const stopped = at.system.stopWorkers('ai')
  go()
  await stopped
  await at.system.startWorkers('ai')
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(at.model.requests).toHaveLength(1)
})

test('a long script does not begin its next call, and goes on with it elsewhere', async () => {
  at.model.always({})
  await finished(await generate(300))
  const calls = at.model.requests.length
  expect(calls).toBeGreaterThan(2)
  at.model.reset()
  const { id, go } = await atItsFirstCall(300)
  const stopped = at.system.stopWorkers('ai')
  go()
  await stopped
  expect(at.model.requests).toHaveLength(1)
  at.model.always({})
  await at.system.startWorkers('ai')
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(at.model.requests).toHaveLength(calls)
})

test('the next provider is not asked when the first one fails meanwhile', async () => {
  const { id, go } = await atItsFirstCall(30, { content: 'no script' })
  const stopped = at.system.stopWorkers('ai')
  go()
  await stopped
  expect(at.model.requests).toHaveLength(1)
  at.model.always({})
  await at.system.startWorkers('ai')
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(at.model.requests).toHaveLength(2)
})
