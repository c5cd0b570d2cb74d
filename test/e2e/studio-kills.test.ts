import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { hasBrowser } from '../support/browser.ts'
import { startApiProcess, type ApiProcess } from '../support/gateway.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { seeded } from '../support/seeded.ts'
import { enterAsGuest, orderScript, scriptShown, useStudio } from '../support/studio-page.ts'
import { until } from '../support/until.ts'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'

/** `npm run drill:studio` takes 20. */
const RUNS = Number(process.env['STUDIO_KILL_RUNS'] ?? 2)
/** What dies while the page shows a stream. The first two are those of CI. */
const VICTIMS = ['api', 'worker', 'both'] as const

;(hasBrowser ? describe : describe.skip)('killed under an open page (needs the Debian package chromium)', () => {
  let model: ModelServer
  let api: ApiProcess
  let worker: WorkerProcess
  const env = () => ({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' })
  beforeAll(async () => {
    model = await startModelServer()
    // Slow enough to die in the middle of.
    model.always({ dripMs: 150 })
  })
  const { at } = useStudio({ env, workers: ['auth', 'users', 'notifications', 'scenarios'] })
  const startApi = (port?: string) =>
    startApiProcess(at.system, { ...env(), DEV_PAGES: 'true', TRUSTED_PROXIES: '0', ...(port && { PORT: port }) })
  const startWorker = () => startWorkerProcess(at.system, { ...env(), WORKERS: 'ai' })
  beforeAll(async () => void ([api, worker] = await Promise.all([startApi(), startWorker()])))
  afterAll(async () => {
    api?.signal('SIGKILL')
    await Promise.all([worker?.kill(), api?.gone])
    await model[Symbol.asyncDispose]()
  })

  const kill = {
    api: async () => {
      const [, port] = api.public.split(':')
      api.signal('SIGKILL')
      await api.gone
      api = await startApi(port)
    },
    worker: async () => {
      await worker.kill()
      worker = await startWorker()
    },
  }
  const ACTS: Record<(typeof VICTIMS)[number], () => Promise<unknown>> = {
    ...kill,
    both: () => Promise.all([kill.api(), kill.worker()]),
  }

  /** Every text of the stored version, in its order. */
  async function stored(page: Page): Promise<string[]> {
    const id = page.url().split('/').at(-1)!
    const scenarios = at.system.databases.scenarios.selectFrom('scenarios').selectAll()
    const { title, scenes } = await scenarios.where('id', '=', id).executeTakeFirstOrThrow()
    const rows = scenes.flatMap(({ rows }) => rows)
    return [title, ...rows.flatMap(({ visual, audio }) => [visual, ...audio.map(({ text }) => text)])]
  }

  test(`the text on screen is the stored one in ${RUNS} runs`, async () => {
    at.origin = `http://localhost:${api.public.split(':')[1]}`
    const page = await enterAsGuest(await at.context.newPage(), at.origin)
    const shown = () => page.locator('main').innerText()
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const random = seeded(seed)
      const victim = VICTIMS[(seed - 1) % VICTIMS.length]!
      await page.goto(`${at.origin}/studio#/new`)
      await page.locator('textarea[name=brief]').waitFor()
      const id = await orderScript(page)
      await page.locator('.paper:not(:empty)').waitFor()
      const pieces = at.system.databases.ai.selectFrom('operation_events').select('seq').where('operation_id', '=', id)
      const after = 1 + Math.floor(random() * 6)
      await until(async () => (await pieces.execute()).length > after)
      await ACTS[victim]()
      await scriptShown(page)
      const text = await shown()
      let from = 0
      for (const part of await stored(page)) {
        const place = text.indexOf(part, from)
        expect([seed, victim, part, place >= from]).toEqual([seed, victim, part, true])
        from = place + part.length
      }
      const versions = at.system.databases.scenarios.selectFrom('scenario_versions').select('n')
      expect(await versions.where('operation_id', '=', id).execute()).toEqual([{ n: 1 }])
    }
    // What is cut off while it is asked is told in the console, and is no fault.
    expect(model.surprises).toEqual([])
  })
})
