import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runVersionCommand, type VersionCommand } from '../../cli/worker-version.ts'
import { taskQueue } from '../../contracts/queues.ts'
import type { Service } from '../../services.ts'
import { describeDeployment } from '../../temporal/deployments.ts'
import { buildIdOf } from '../../workers/versioning.ts'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { otherBundle, startSecondWorkers } from '../support/second-workers.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
const SERVICES_WITH_WORKFLOWS: readonly Service[] = ['auth', 'scenarios', 'ai', 'notifications']
const OLD = buildIdOf(testServers().bundlePath)

let model: ModelServer
let gate: PromiseWithResolvers<void>
let system: System
let person: Person
const start = async (env: Record<string, string> = {}) => {
  system = await startSystem({ env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', ...env } })
  person = await system.api.register()
}
beforeEach(async () => {
  model = await startModelServer()
  gate = Promise.withResolvers<void>()
  model.always({ until: gate.promise })
})
afterEach(async () => {
  gate.resolve()
  await system.stop()
  await model[Symbol.asyncDispose]()
})

const begin = (count: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      // 503 on a machine that is too busy, as people see it: nothing was accepted, and it is asked again.
      const reply = await until(async () => {
        const answer = await person.post('/ai/generate', { brief: BRIEF })
        return answer.status !== 503 && answer
      })
      expect(reply).toMatchObject({ status: 202 })
      return reply.body.id as string
    }),
  )
const allSucceed = async (ids: readonly string[]) => {
  for (const id of ids) expect(await system.api.finished(id, person.token)).toMatchObject({ status: 'succeeded' })
}
const queueOf = (service: Service) => taskQueue(service, system.config.TASK_QUEUE_SUFFIX)
const deployment = (service: Service) => describeDeployment(system.temporal, queueOf(service))
/** The versions that worked on an execution, by the build id of each of its workflow tasks. */
const versionsOf = async (id: string) => {
  const { events } = await system.temporal.workflow.getHandle(id).fetchHistory()
  const tasks = (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? [])
  return [...new Set(tasks.map((task) => task.deploymentVersion?.buildId))]
}
const failedTasks = () => system.logs.filter((line) => /nondeterminism|TMPRL1100/i.test(line))
const command = async (name: VersionCommand, version?: string) => {
  const said: string[] = []
  await runVersionCommand(system.config, name, (line) => void said.push(line), version)
  return said
}
const everywhere = (check: (service: Service) => Promise<boolean>) =>
  until(async () => (await Promise.all(SERVICES_WITH_WORKFLOWS.map(check))).every(Boolean))

test('with versions: what began on the old one ends on it, the new one gets the rest, and the old one can go', async () => {
  await start({ WORKER_VERSIONING: 'on' })
  using bundle = otherBundle('newer')
  const NEW = buildIdOf(bundle.path)
  // Nobody said which version is current: the first one is.
  await everywhere(async (service) => (await deployment(service))?.current === OLD)
  const early = await begin(5)
  await model.received(5)

  await expect(command('current', NEW)).rejects.toThrow(`no worker of version ${NEW} has asked for work`)
  const second = await startSecondWorkers(system, bundle.path)
  try {
    await everywhere(async (service) => (await deployment(service))?.versions.get(NEW) === 'inactive')
    await until(() => system.logs.some((line) => line.includes('another version of the workers gets the work')))
    expect(await command('current', NEW)).toEqual(
      SERVICES_WITH_WORKFLOWS.map((service) => `${queueOf(service)}: ${NEW}`),
    )
    expect(await command('status')).toContain(`  ${OLD}  draining`)
    const late = await begin(5)
    await model.received(10)
    gate.resolve()
    await allSucceed([...early, ...late])
    for (const id of early) expect(await versionsOf(id)).toEqual([OLD])
    for (const id of late) expect(await versionsOf(id)).toEqual([NEW])
    expect(model.requests).toHaveLength(10)

    await system.stopWorkers(...SERVICES_WITH_WORKFLOWS)
    const other = await system.api.register()
    const last = await begin(2)
    await allSucceed(last)
    for (const id of last) expect(await versionsOf(id)).toEqual([NEW])
    // Told by the workflow of `notifications`, which is on the new version as well.
    await until(async () => ((await other.get('/notifications')).body.items as unknown[]).length > 0)
    expect(failedTasks()).toEqual([])

    await command('none')
    expect((await deployment('ai'))?.current).toBeNull()
  } finally {
    await second.stop()
  }
})

test('without versions: workers from before a patch and after it share the queues, and all ends', async () => {
  const CALL = /\(0,\s?\w+\.patched\)\('invitation-mail'\)/
  await start()
  using before = otherBundle('before', (code) => {
    expect(code).toMatch(CALL)
    return code.replace(CALL, 'false')
  })
  const second = await startSecondWorkers(system, before.path)
  try {
    const { body: scenario } = await person.post('/scenarios', { title: 'Термос', language: 'ru', scenes: [] })
    const invite = async (n: number) => {
      const email = `guest-${n}-${person.id}@example.test`
      return person.post(`/scenarios/${scenario.id}/share`, { email, role: 'viewer' })
    }
    const ids = await begin(10)
    const shares = await Promise.all(Array.from({ length: 10 }, (_, n) => invite(n)))
    for (const share of shares) expect([201, 202]).toContain(share.status)
    await model.received(10)
    // The older ones go in the middle of it; the newer ones replay what these began.
    const gone = second.stopWorkers(...SERVICES_WITH_WORKFLOWS, 'users')
    gate.resolve()
    await Promise.all([allSucceed(ids), gone])
    await until(async () => {
      const states: string[] = []
      for await (const { type, status } of system.temporal.workflow.list({
        query: `TaskQueue = '${queueOf('scenarios')}'`,
      }))
        if (type === 'sharing') states.push(status.name)
      return states.length === 10 && states.every((state) => state === 'COMPLETED')
    })
    expect(model.requests).toHaveLength(10)
    expect(failedTasks()).toEqual([])
  } finally {
    await second.stop()
  }
})
