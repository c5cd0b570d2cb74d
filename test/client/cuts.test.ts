import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createScenor, type OperationEvent, type Operations } from '../../client/index.ts'
import { startApiProcess } from '../support/gateway.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { fatesOf, startCuttingProxy } from './cutting-proxy.ts'

/** `npm run drill:client` takes 1,000. */
const RUNS = Number(process.env['SCENOR_CLIENT_RUNS'] ?? 24)
/** Of a person's ten streams. */
const LANES = 6
/** How many runs watch while it is written; the others read what was told. */
const LIVE_EVERY = 8
/** One in CI, 20 in the drill. */
const KILLS = Math.ceil(RUNS / 50)

const BRIEF = { brief: 'A thermos that keeps tea hot for a day. Order on the site.', language: 'en' }

/** Milliseconds after which another one is asked for: it lives for ten minutes, and the drill longer. */
const TOKEN_MS = 300_000

let system: System
let person: Person
let given: { readonly token: string; readonly at: number }
beforeAll(async () => {
  system = await startSystem({ cutMs: 2_000 })
  person = await system.api.register()
  given = { token: person.token, at: Date.now() }
})
async function token(): Promise<string> {
  if (Date.now() - given.at > TOKEN_MS) {
    const { email, password } = person
    const { body } = await system.api.call('POST', '/auth/login', { body: { email, password } })
    given = { token: body.access_token, at: Date.now() }
  }
  return given.token
}
afterAll(() => system?.stop())

async function heard(operations: Operations, id: string, onEvent = () => {}): Promise<OperationEvent[]> {
  const all: OperationEvent[] = []
  for await (const event of operations.events(id)) {
    all.push(event)
    onEvent()
  }
  return all
}
const straight = () => createScenor(system.api.origin, { token })
const written = async () => (await straight().call('POST /ai/generate', { body: BRIEF })).id

test(`no event is lost and none comes twice in ${RUNS} runs through a proxy that cuts`, async () => {
  const done = await written()
  await straight().operations.wait(done)
  const known = await heard(straight().operations, done)
  expect(known.length).toBeGreaterThan(3)
  const most = known.reduce((sum, event) => sum + JSON.stringify(event).length + 30, 0)

  const sums: Record<string, number> = {}
  let seed = 0
  const lane = async () => {
    while (seed < RUNS) {
      const mine = ++seed
      await using proxy = await startCuttingProxy(system.api.origin, fatesOf(mine, most * 1.5))
      const { operations } = createScenor(proxy.origin, { token })
      const live = mine % LIVE_EVERY === 0
      const id = live ? await written() : done
      const got = await heard(operations, id)
      expect([mine, got]).toEqual([mine, live ? await heard(straight().operations, id) : known])
      for (const [fate, count] of Object.entries(proxy.counts)) sums[fate] = (sums[fate] ?? 0) + count
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  process.stdout.write(`${RUNS} runs: ${JSON.stringify(sums)}\n`)
  expect(Object.entries(sums).filter(([, count]) => count === 0)).toEqual([])
})

test(`nor when the API is killed under those who watch: ${KILLS}`, async () => {
  let api = await startApiProcess(system, {})
  const [, port = ''] = api.public.split(':')
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const ids = await Promise.all([written(), written(), written()])
      // Further on each time, as far as the last of them still has something to tell.
      let left = 1 + (kill % 8)
      let open = ids.length
      const { promise: now, resolve } = Promise.withResolvers<void>()
      const { operations } = createScenor(`http://${api.public}`, { token })
      const watching = ids.map(async (id) => {
        const events = await heard(operations, id, () => (left -= 1) === 0 && resolve())
        open -= 1
        return events
      })
      await Promise.race([now, Promise.all(watching)])
      api.signal('SIGKILL')
      expect(open).toBeGreaterThan(0)
      await api.gone
      api = await startApiProcess(system, { PORT: port })
      for (const [i, events] of (await Promise.all(watching)).entries())
        expect([kill, events]).toEqual([kill, await heard(straight().operations, ids[i]!)])
    }
  } finally {
    api.signal('SIGKILL')
    await api.gone
  }
})

test('a script is written once, whatever becomes of the answers', async () => {
  const before = await count()
  let posts = 0
  await using proxy = await startCuttingProxy(system.api.origin, ({ method }) =>
    method === 'POST' && ++posts <= 2 ? { fate: 'refused', bytes: 0 } : { fate: 'whole', bytes: 0 },
  )
  const accepted: string[] = []
  const scenor = createScenor(proxy.origin, { token })
  const operation = await scenor.generate(BRIEF, { onAccepted: ({ id }) => accepted.push(id) })
  expect([posts, accepted, operation.status]).toEqual([3, [operation.id], 'succeeded'])
  expect((await count()) - before).toBe(1)
})

test('an answer that breaks off, cleanly or not, is asked for again', async () => {
  const route = 'GET /operations'
  const fates = ['cut', 'end', 'whole'] as const
  let asked = 0
  await using proxy = await startCuttingProxy(system.api.origin, () => ({ fate: fates[asked++] ?? 'whole', bytes: 40 }))
  const scenor = createScenor(proxy.origin, { token })
  expect(await scenor.call(route)).toEqual(await straight().call(route))
  expect(asked).toBe(3)
})

const count = async () =>
  (await system.databases.ai.selectFrom('operations').select('id').where('kind', '=', 'generation').execute()).length

test('a stream is ended on purpose, and the client goes on in it', async () => {
  const scenor = straight()
  const controller = new AbortController()
  const titles: string[] = []
  const listening = (async () => {
    for await (const event of scenor.notifications({ signal: controller.signal }))
      if (event.event === 'notification' && event.data.title.startsWith('news') && titles.push(event.data.title) === 6)
        return
  })()
  const opened = performance.now()
  for (let i = 0; i < 6; i += 1) {
    const body = { user_id: person.id, topic: 'custom', title: `news ${i}`, body: 'b', channels: ['in_app'] } as const
    await scenor.call('POST /notifications', { body })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  await listening
  expect(performance.now() - opened).toBeGreaterThan(4_000)
  expect(titles).toEqual([0, 1, 2, 3, 4, 5].map((i) => `news ${i}`))
})
