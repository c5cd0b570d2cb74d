import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import startServers from '../support/global-setup.ts'
import { PASSWORD, type Person } from '../support/http.ts'
import { taskQueue } from '../../contracts/queues.ts'
import { startModelServer, type Behaviour } from '../support/model-server.ts'
import { startMailServer } from '../support/mail-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { REPLAY_PAYLOAD_KEYS } from './key.ts'
import { recordBranches } from './record-branches.ts'
import { until } from '../support/until.ts'

/**
 * Makes the histories of this version (`releases/<version>/`) anew, one for each path through each workflow, from invented people and
 * briefs. Run by hand (`npm run replay:record`) when a workflow changes in a way that its running executions are prepared for; those of
 * earlier versions stay as long as such executions may run.
 */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const folder = fileURLToPath(new URL(`./releases/${version}/`, import.meta.url))

/** Only histories whose names begin like one of these are written, where there are any: those of other workflows stay as they are. */
const only = process.argv.slice(2)

async function keep(system: System, name: string, id: string, when: 'closed' | 'open' = 'closed'): Promise<void> {
  if (only.length > 0 && !only.some((beginning) => name.startsWith(beginning))) return
  const handle = system.temporal.workflow.getHandle(id)
  if (when === 'closed') await handle.result().catch(() => {})
  // Whose machine recorded it is nobody's business.
  const json = historyToJSON(await handle.fetchHistory()).replace(/"identity": "[^"]*"/g, '"identity": "recorder"')
  await writeFile(
    `${folder}${name}.json`,
    `${JSON.stringify({ workflowId: id, history: JSON.parse(json) }, null, 1)}\n`,
  )
  process.stdout.write(`${name}: ${json.length} bytes\n`)
}

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const model = await startModelServer()
  const mails = await startMailServer()
  const system = await startSystem({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'none',
      PAYLOAD_KEYS: REPLAY_PAYLOAD_KEYS,
      AI_GIVE_UP_S: '5',
      ERASURE_DELAY_S: '2',
      SMTP_URL: mails.url,
      RATE_LIMIT_SCALE: '10',
    },
  })
  const person: Person = await system.api.register({ username: 'replay' })
  const operationsOf = (id: string) =>
    system.databases.auth.selectFrom('operations').select('id').where('owner_id', '=', id).executeTakeFirstOrThrow()
  await keep(system, 'registration-succeeded', (await operationsOf(person.id)).id)

  const letterOf = (id: string) =>
    system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', id)
      .where('handed_over_at', 'is not', null)
      .executeTakeFirst()
  const letter = await until(() => letterOf(person.id))
  await keep(system, 'mail-sent', `mail-${letter.id}`)

  const { body: note } = await person.post('/notifications', {
    user_id: person.id,
    topic: 'custom',
    title: 'An invented title',
    body: 'An invented text',
    channels: ['sms'],
  })
  const begun = () => system.temporal.workflow.getHandle(`notification-${note.id}`).describe()
  await until(() => begun().catch(() => undefined))
  await keep(system, 'notification-not-configured', `notification-${note.id}`)

  await person.put(`/users/${person.id}`, { phone_number: '+79161234567' })
  await person.post(`/users/${person.id}/phone/code`)
  const codeOf = () =>
    system.databases.users
      .selectFrom('phone_codes')
      .select('id')
      .where('handed_over_at', 'is not', null)
      .executeTakeFirst()
  const code = await until(codeOf)
  await keep(system, 'phoneCode-sent', `phone-code-${code.id}`)

  const { body: draft } = await person.post('/scenarios', { title: 'An invented title' })
  await person.post(`/scenarios/${draft.id}/share`, { email: 'nobody@example.test', role: 'viewer' })
  const { id: sharingId } = await system.databases.scenarios
    .selectFrom('operations')
    .select('id')
    .where('kind', '=', 'sharing')
    .executeTakeFirstOrThrow()
  await keep(system, 'sharing-invited-told', sharingId)

  // The name is taken between the look and the insert: the account is given back.
  await system.stopWorkers('users')
  const rivals = await Promise.all(
    ['a', 'b'].map((n) =>
      system.api.call('POST', '/auth/register', {
        body: { email: `${n}@example.test`, password: PASSWORD, username: 'rival' },
      }),
    ),
  )
  await system.startWorkers('users')
  for (const { body } of rivals) {
    const ended = await system.api.finished(body.id)
    if (ended.status === 'failed') await keep(system, 'registration-username-taken', body.id)
  }

  const generate = async (name: string, behaviours: Behaviour[], meanwhile?: (id: string) => Promise<unknown>) => {
    model.reset()
    model.plan(...behaviours)
    const { body } = await person.post('/ai/generate', { brief: 'An invented brief for the replay tests' })
    await meanwhile?.(body.id)
    await system.api.finished(body.id, person.token)
    await keep(system, name, body.id)
  }
  const wanted = await person.post(`/users/${person.id}/export`)
  await system.api.finished(wanted.body.id, person.token)
  await keep(system, 'personExport-succeeded', wanted.body.id)

  const calledOff = await person.delete(`/users/${person.id}`)
  await person.post(`/operations/${calledOff.body.id}/cancel`)
  await system.api.finished(calledOff.body.id)
  await keep(system, 'erasure-cancelled', calledOff.body.id)

  const leaving = await system.api.register()
  const erasure = await leaving.delete(`/users/${leaving.id}`)
  await system.api.finished(erasure.body.id)
  await keep(system, 'erasure-succeeded', erasure.body.id)

  await system.temporal.workflow.execute('cleanup', {
    workflowId: 'cleanup',
    taskQueue: taskQueue('auth', system.config.TASK_QUEUE_SUFFIX),
  })
  await keep(system, 'cleanup-nothing-stale', 'cleanup')
  await system.temporal.workflow.execute('purge', {
    workflowId: 'purge',
    taskQueue: taskQueue('scenarios', system.config.TASK_QUEUE_SUFFIX),
  })
  await keep(system, 'purge-nothing-due', 'purge')

  await generate('generation-succeeded', [{}])
  await generate('generation-rate-limited-then-succeeded', [{ status: 429, headers: { 'retry-after': '1' } }, {}])
  await generate('generation-refused', [{ refusal: 'no' }])
  await generate('generation-cancelled', [{ hang: true }], async (id) => {
    await model.received(1)
    await person.post(`/operations/${id}/cancel`)
  })
  model.reset()
  model.plan({})
  const titles = await person.post('/ai/generate/title', { brief: 'An invented brief for the replay tests' })
  await keep(system, 'titles-succeeded', titles.body.operation_id)
  await recordBranches({ system, person, model, mails, keep: (...kept) => keep(system, ...kept) })
  await system.stop()
  await mails[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
}

await startServers()
try {
  await main()
} finally {
  await (globalThis as { stopServers?: () => Promise<void> }).stopServers?.()
}
