import { randomUUID } from 'node:crypto'
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common'
import { sql } from 'kysely'
import { registerAdmin } from '../support/admin.ts'
import { reopenGeneration } from '../../commands/generations.ts'
import { taskQueue } from '../../contracts/queues.ts'
import { PASSWORD, type Person } from '../support/http.ts'
import type { MailServer } from '../support/mail-server.ts'
import type { Behaviour, ModelServer } from '../support/model-server.ts'
import type { System } from '../support/system.ts'
import { until } from '../support/until.ts'
import { proven } from '../support/verified.ts'

/** What records need. */
export interface Recording {
  readonly system: System
  readonly person: Person
  readonly model: ModelServer
  readonly mails: MailServer
  /** Writes the history of an execution down, as soon as it has closed, or as it stands. */
  readonly keep: (name: string, id: string, when?: 'closed' | 'open') => Promise<void>
}

const BRIEF = 'An invented brief for the replay tests'
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The ways through the workflows that few executions go. */
export async function recordBranches(recording: Recording): Promise<void> {
  await stale(recording)
  await erasures(recording)
  await exports(recording)
  await messages(recording)
  await generations(recording)
  await titles(recording)
  await ofOperators(recording)
}

async function stale({ system, keep }: Recording): Promise<void> {
  await system.stopWorkers('users')
  const late = await system.api.call('POST', '/auth/register', {
    body: { email: 'stale@example.test', password: PASSWORD },
  })
  const { auth } = system.databases
  await sql`update accounts set created_at = clock_timestamp() - interval '2 days' where status = 'pending'`.execute(
    auth,
  )
  await system.startWorkers('users')
  const options = {
    workflowId: `cleanup-${randomUUID()}`,
    taskQueue: taskQueue('auth', system.config.TASK_QUEUE_SUFFIX),
  }
  await system.stopWorkers('users')
  const cleaning = await system.temporal.workflow.start('cleanup', options)
  await system.startWorkers('users')
  await cleaning.result()
  await keep('cleanup-stale', options.workflowId)
  await system.api.finished(late.body.id)
  await keep('registration-given-up', late.body.id)
}

async function erasures({ system, keep }: Recording): Promise<void> {
  const leaving = await system.api.register()
  const { body } = await leaving.delete(`/users/${leaving.id}`)
  // Half of ERASURE_DELAY_S: the timer comes before the relay repeats the wish, and the row says that there is one.
  await later(1_000)
  await sql`update operations set cancel_requested_at = clock_timestamp() where id = ${body.id}`.execute(
    system.databases.auth,
  )
  await system.api.finished(body.id)
  await keep('erasure-called-off-at-the-last-moment', body.id)
}

async function exports({ system, person, keep }: Recording): Promise<void> {
  await system.stopWorkers('users')
  const { body } = await person.post(`/users/${person.id}/export`)
  await until(async () => (await person.get(`/operations/${body.id}`)).body.stage === 'collecting')
  await person.post(`/operations/${body.id}/cancel`)
  await keep('personExport-cancelled', body.id)
  const { body: lost } = await person.post(`/users/${person.id}/export`)
  await until(async () => (await person.get(`/operations/${lost.id}`)).body.stage === 'collecting')
  await sql`delete from archives where operation_id = ${lost.id}`.execute(system.databases.auth)
  await system.startWorkers('users')
  await keep('personExport-failed', lost.id)
}

async function messages({ system, person, mails, keep }: Recording): Promise<void> {
  const tell = async (whom: Person, channel: string) => {
    const told = { user_id: whom.id, topic: 'custom', title: 'An invented title', body: 'A text', channels: [channel] }
    const { body } = await whom.post('/notifications', told)
    const id = `notification-${body.id}`
    await until(() =>
      system.temporal.workflow
        .getHandle(id)
        .describe()
        .catch(() => undefined),
    )
    return id
  }
  const waits = (id: string) =>
    until(async () => {
      const { events } = await system.temporal.workflow
        .getHandle(id)
        .fetchHistory()
        .catch(() => ({ events: [] }))
      return events?.some((event) => event.timerStartedEventAttributes)
    })
  // Nothing goes out because of a newcomer who has proven no address, until that is done.
  const newcomer = await system.api.register()
  await proven(system, person)
  const { body: own } = await newcomer.post('/scenarios', { title: 'An invented title' })
  const { body: held } = await newcomer.post(`/scenarios/${own.id}/share`, {
    email: 'held@example.test',
    role: 'viewer',
  })
  await newcomer.post(`/scenarios/${own.id}/share`, { user_id: person.id, role: 'viewer' })
  const shared = await until(async () => {
    const { items } = (await person.get('/notifications')).body as { items: { id: string; topic: string }[] }
    return items.find(({ topic }) => topic === 'share')
  })
  for (const id of [`mail-${held.id}`, `notification-${shared.id}`]) await waits(id)
  const { text } = await mails.mailTo(newcomer.email)
  await newcomer.post('/auth/verify-email', { token: /#\/verify-email\/([\w-]+)/.exec(text)?.[1] })
  await keep('mail-held', `mail-${held.id}`)
  await keep('notification-held', `notification-${shared.id}`)

  mails.plan('refuse')
  await keep('notification-refused', await tell(person, 'email'))

  // There is no room for it in what the installation sends in an hour.
  const busy = await proven(system, await system.api.register())
  await sql`
    insert into outgoing (key, channel, weight, recipient_hash)
    select 'email:' || n, 'email', 'everyday', '' from generate_series(1, 20000) n`.execute(
    system.databases.notifications,
  )
  const limited = await tell(busy, 'email')
  await waits(limited)
  await keep('notification-limited', limited, 'open')
  await system.temporal.workflow.getHandle(limited).cancel()
  await keep('notification-cancelled', limited)
  await sql`delete from outgoing`.execute(system.databases.notifications)

  const quiet = await proven(system, await system.api.register())
  const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16)
  await quiet.put('/notifications/preferences', { quiet_hours: { start: clock(-1), end: clock(1), timezone: 'UTC' } })
  await keep('notification-waited', await tell(quiet, 'email'))

  const { body: scenario } = await person.post('/scenarios', { title: 'An invented title' })
  const invited = { email: 'invited@example.test', role: 'viewer' }
  const { body: share } = await person.post(`/scenarios/${scenario.id}/share`, invited)
  await until(() =>
    system.temporal.workflow
      .getHandle(`mail-${share.id}`)
      .describe()
      .catch(() => undefined),
  )
  await keep('mail-invitation', `mail-${share.id}`)
}

async function generations({ system, person, model, keep }: Recording): Promise<void> {
  const order = async (body: object, behaviour: Behaviour, path = '/ai/generate') => {
    model.reset()
    model.always(behaviour)
    const reply = await person.post(path, body, { headers: { prefer: 'respond-async' } })
    if (reply.status !== 202) throw new Error(reply.text)
    return reply.body.id as string
  }
  const through = async (name: string, id: string) => {
    const { result } = await system.api.finished(id, person.token)
    await keep(name, id)
    return result
  }
  const { scenario_id } = await through('generation-long', await order({ brief: BRIEF, target_duration_s: 300 }, {}))
  await through('generation-rewritten', await order({ brief: BRIEF, scenario_id }, {}))
  const { body: scenario } = await person.get(`/scenarios/${scenario_id}`)
  const scene = { scenario_id, scene_id: scenario.scenes[0].id, base_version: scenario.version, note: 'shorter' }
  await through('generation-proposal', await order({ ...scene, proposal: true }, {}, '/ai/generate/scene'))
  await through('generation-scene', await order(scene, {}, '/ai/generate/scene'))
  const { body: templates } = await person.get('/templates')
  await through('generation-template', await order({ brief: BRIEF, template_id: templates.items[0].id }, {}))

  const refused = await order({ brief: BRIEF }, { refusal: 'no' })
  await system.api.finished(refused, person.token)
  model.always({})
  await system.databases.ai
    .transaction()
    .execute((trx) => reopenGeneration(trx, refused, { by: 'operator', reason: 'an invented reason' }))
  await through('generation-bulk', refused)

  for (const [name, failure] of [
    ['generation-broken', ApplicationFailure.nonRetryable('broken', 'Error')],
    ['generation-timed-out', new TimeoutFailure('late', undefined, 'SCHEDULE_TO_CLOSE')],
  ] as const) {
    const id = await order({ brief: BRIEF }, { hang: true })
    await model.received(1)
    const { raw } = await system.temporal.workflow.getHandle(id).describe()
    const activityId = raw.pendingActivities?.[0]?.activityId ?? ''
    await system.temporal.activity.fail({ workflowId: id, activityId }, failure)
    await through(name, id)
  }
  await tooLate('generation', { system, model, keep }, () => order({ brief: BRIEF }, {}))
}

async function titles({ system, person, model, keep }: Recording): Promise<void> {
  const order = async () => {
    const reply = await person.post('/ai/generate/title', { brief: BRIEF }, { headers: { prefer: 'respond-async' } })
    return reply.body.id as string
  }
  model.reset()
  model.always({ refusal: 'no' })
  await keep('titles-refused', await order())
  model.reset()
  model.always({ hang: true })
  const id = await order()
  await model.received(1)
  await person.post(`/operations/${id}/cancel`)
  await keep('titles-cancelled', id)
  await tooLate('titles', { system, model, keep }, order)
}

/** Cancelled in the Web UI while the answer comes: the step ends well, and what it wrote is not shown. */
async function tooLate(
  workflow: string,
  { system, model, keep }: Pick<Recording, 'system' | 'model' | 'keep'>,
  order: () => Promise<string>,
): Promise<void> {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const ordered = order()
    model.reset()
    model.always({ until: promise })
    const id = await ordered
    await model.received(1)
    const handle = system.temporal.workflow.getHandle(id)
    await handle.cancel()
    resolve()
    await handle.result().catch(() => {})
    const { events } = await handle.fetchHistory()
    // Sometimes the step hears of it first.
    if (events?.some((event) => event.markerRecordedEventAttributes?.markerName === 'core_patch'))
      return keep(`${workflow}-cancelled-too-late`, id)
  }
}

/** What operators order. */
async function ofOperators({ system, person, model, keep }: Recording): Promise<void> {
  const admin = await registerAdmin(system)
  model.reset()
  model.always({ status: 401 })
  const { id } = (await person.post('/ai/generate', { brief: BRIEF })).body
  await system.api.finished(id, person.token)
  const order = { action: 'retry', status: 'failed', owner: person.id, reason: 'An invented reason' }
  const bulk = async (name: string, meanwhile?: (id: string) => Promise<unknown>) => {
    await system.stopWorkers('ai')
    const { body } = await admin.post('/admin/bulks', order)
    await meanwhile?.(body.id)
    await system.startWorkers('ai')
    await system.api.finished(body.id, admin.token)
    await keep(name, body.id)
  }
  await bulk('bulk-stopped', (bulkId) => admin.post(`/operations/${bulkId}/cancel`))
  await system.api.finished(id, person.token)
  await bulk('bulk-retried')
  await system.api.finished(id, person.token)
  const { calls } = (await admin.get(`/admin/operations/${id}`)).body
  const again = { provider: 'demo', reason: 'An invented reason' }
  await admin.post(`/admin/operations/${id}/calls/${calls[0].id}/repeat`, again)
  for await (const { workflowId } of system.temporal.workflow.list({ query: "WorkflowType = 'repeat'" }))
    await keep('repeat-answered', workflowId)
}
