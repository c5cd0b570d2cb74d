import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql, type RawBuilder } from 'kysely'
import { mailId } from '../../contracts/mail.ts'
import { notificationId } from '../../contracts/notification.ts'
import { phoneCodeId } from '../../contracts/phone-code.ts'
import { findExecution } from '../../temporal/executions.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { lookAfter, type LookedAfter } from '../../workers/relays/look-after.ts'
import { accountMails, deliveries, invitations, phoneCodes } from '../../workers/relays/promised.ts'
import { startSystem, type System } from '../support/system.ts'
import { proven } from '../support/verified.ts'
import { until } from '../support/until.ts'

/**
 * The workflows that rows promise, lost with a Temporal server that was set back: they are started again. No worker of `notifications`
 * runs before that, so that each is still to do its work.
 */
const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')
let system: System
beforeAll(async () => {
  system = await startSystem({ workers: ['auth', 'users', 'scenarios', 'ai'] })
})
afterAll(() => system.stop())

/** As when its server has forgotten an execution. */
const forget = async (workflowId: string) => {
  await until(() => findExecution(system.temporal, workflowId))
  await system.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
  })
  await until(async () => !(await findExecution(system.temporal, workflowId)))
}
const look = <Row>(rows: LookedAfter<Row>) => lookAfter(rows, { client: system.temporal, logger })
const earlier = (interval: string): RawBuilder<Date> => sql<Date>`clock_timestamp() - ${interval}::interval`
const runs = (workflowId: string) => until(() => findExecution(system.temporal, workflowId))

test('mails, codes, notifications and invitations whose execution is lost get another one, and all arrive once', async () => {
  const { auth, users, scenarios, notifications } = system.databases
  const [person, other] = [await system.api.register({ phone_number: '+79161234567' }), await system.api.register()]
  const deps = { client: system.temporal, config: system.config }

  // Handed over, and then nothing more was heard of it.
  const letter = await until(() =>
    auth
      .selectFrom('letters')
      .selectAll()
      .where('account_id', '=', person.id)
      .where('handed_over_at', 'is not', null)
      .executeTakeFirst(),
  )
  await forget(mailId(letter.id))
  expect(await look(accountMails({ db: auth }))).toBe(0)
  await auth
    .updateTable('letters')
    .set({ handed_over_at: earlier('6 minutes') })
    .where('id', '=', letter.id)
    .execute()
  expect(await look(accountMails({ db: auth }))).toBe(1)
  await runs(mailId(letter.id))

  expect(await person.post(`/users/${person.id}/phone/code`)).toMatchObject({ status: 202 })
  const code = await until(() =>
    users.selectFrom('phone_codes').selectAll().where('handed_over_at', 'is not', null).executeTakeFirst(),
  )
  await forget(phoneCodeId(code.id))
  await users
    .updateTable('phone_codes')
    .set({ handed_over_at: earlier('31 seconds') })
    .execute()
  expect(await look(phoneCodes({ db: users }))).toBe(1)
  await runs(phoneCodeId(code.id))

  const teller = await proven(system, await system.api.register())
  const channels = ['in_app', 'email']
  const told = await teller.post('/notifications', {
    ...{ user_id: teller.id, topic: 'custom', title: 'T', body: 'B', channels },
  })
  const id = told.body.id as string
  await forget(notificationId(id))
  await until(async () => (await notifications.selectFrom('delivery_intents').selectAll().execute()).length === 0)
  await notifications
    .updateTable('deliveries')
    .set({ looked_after_at: earlier('6 minutes') })
    .execute()
  expect(await look(deliveries({ db: notifications }))).toBeGreaterThanOrEqual(1)
  await runs(notificationId(id))

  const scenario = (await teller.post('/scenarios', { title: 'Общий', content: 'Раз.' })).body
  const shared = await teller.post(`/scenarios/${scenario.id}/share`, { email: 'new@example.test', role: 'viewer' })
  const share = shared.body.id as string
  await forget(mailId(share))
  await scenarios
    .updateTable('shares')
    .set({ created_at: earlier('6 minutes') })
    .execute()
  expect(await look(invitations({ ...deps, db: scenarios }))).toBe(1)
  await runs(mailId(share))

  await system.startWorkers('notifications')
  const kept = (kind: string, account: string) =>
    notifications.selectFrom('mails').selectAll().where('kind', '=', kind).where('account_id', '=', account).execute()
  await until(async () => (await kept('verify_email', person.id)).length === 1)
  await until(async () => (await notifications.selectFrom('text_messages').selectAll().execute()).length === 1)
  await until(async () => (await notifications.selectFrom('mails').select('id').where('id', '=', share).execute())[0])
  await until(async () => {
    const { body } = await teller.get('/notifications')
    const delivery = body.items.find((n: { id: string }) => n.id === id).deliveries
    return delivery.every((d: { status: string }) => d.status !== 'queued')
  })
  expect(await kept('verify_email', other.id)).toHaveLength(1)

  // What is through is asked for once more, and never again.
  const mails = [...(await auth.selectFrom('letters').select('id').execute()), { id: share }]
  for (const mail of mails) await system.temporal.workflow.getHandle(mailId(mail.id)).result()
  const notLookedAfterLately = async () => {
    await auth
      .updateTable('letters')
      .set({ looked_after_at: earlier('6 minutes') })
      .execute()
    await scenarios
      .updateTable('shares')
      .set({ looked_after_at: earlier('6 minutes') })
      .execute()
  }
  await notLookedAfterLately()
  for (const [rows, times] of [
    [() => look(accountMails({ db: auth })), 2],
    [() => look(invitations({ ...deps, db: scenarios })), 1],
  ] as const)
    expect(await rows()).toBeGreaterThanOrEqual(times - 1)
  await notLookedAfterLately()
  expect(await look(accountMails({ db: auth }))).toBe(0)
  expect(await look(invitations({ ...deps, db: scenarios }))).toBe(0)
})

test('a notification whose execution somebody terminated waits no longer', async () => {
  await system.stopWorkers('notifications')
  const { notifications } = system.databases
  const person = await proven(system, await system.api.register())
  const { body } = await person.post('/notifications', {
    ...{ user_id: person.id, topic: 'custom', title: 'T', body: 'B', channels: ['email'] },
  })
  await runs(notificationId(body.id))
  await until(async () => (await notifications.selectFrom('delivery_intents').selectAll().execute()).length === 0)
  await system.temporal.workflow.getHandle(notificationId(body.id)).terminate('by hand')
  await notifications
    .updateTable('deliveries')
    .set({ looked_after_at: earlier('6 minutes') })
    .where('notification_id', '=', body.id)
    .execute()
  expect(await look(deliveries({ db: notifications }))).toBe(1)
  const delivery = await notifications
    .selectFrom('deliveries')
    .select(['status', 'reason'])
    .where('notification_id', '=', body.id)
    .executeTakeFirst()
  expect(delivery).toEqual({ status: 'failed', reason: 'given_up' })
})
