import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { registerAdmin } from '../../support/admin.ts'
import type { Person } from '../../support/http.ts'
import { until } from '../../support/until.ts'
import { withModel } from '../../support/with-model.ts'

const started = withModel()
const WORDS = 'Ролик о чайнике, который свистит.'
const WHY = { reason: 'A complaint of today, ticket 17' }
let admin: Person
let id: string
beforeAll(async () => {
  admin = await registerAdmin(started.system)
  started.model.always({ status: 401 })
  id = (await started.person.post('/ai/generate', { brief: WORDS })).body.id
  await started.system.api.finished(id, started.person.token)
})

const eventsOf = (person: Person) =>
  started.system.databases.auth
    .selectFrom('security_events')
    .select(['kind', 'done_by', 'done_to', 'reason'])
    .where('account_id', '=', person.id)
    .where('kind', '=', 'texts_read_by_admin')
    .execute()

describe.each([
  ['GET', ''],
  ['POST', '/texts'],
  ['POST', '/retry'],
  ['POST', '/cancel'],
])('%s /admin/operations/{id}%s', (method, end) => {
  const ask = (path: string, token?: string) =>
    started.system.api.call(method, path, { token, ...(method === 'POST' && end !== '/cancel' && { body: WHY }) })
  test('is for those alone who run the installation', async () => {
    expect(await ask(`/admin/operations/${id}${end}`)).toMatchObject({ status: 401 })
    expect(await ask(`/admin/operations/${id}${end}`, started.person.token)).toMatchObject({
      ...{ status: 403, body: { code: 'access.denied' } },
    })
    expect(await eventsOf(started.person)).toEqual([])
  })
  test('is 404 for what there is not', async () => {
    for (const other of ['nonsense', 'generation-00000000-0000-4000-8000-000000000000'])
      expect(await ask(`/admin/operations/${other}${end}`, admin.token)).toMatchObject({
        ...{ status: 404, body: { code: 'operation.not_found' } },
      })
  })
})

test('a run shows its stages, calls, executions and the runbook of its failure, and no word of its person', async () => {
  await started.system.temporal.workflow
    .getHandle(id)
    .result()
    .catch(() => {})
  const { status, body, text } = await admin.get(`/admin/operations/${id}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    operation: {
      id,
      status: 'failed',
      error_code: 'ai.provider_rejected',
      reason: 'rejected: HTTP 401',
      retryable: true,
    },
    calls: [{ outcome: 'rejected', provider: 'openai', attempt: 1, has_texts: true }],
    executions: [{ status: 'failed', url: expect.stringContaining(id) }],
    workflow_url: expect.stringContaining(id),
    runbook: 'docs/runbooks.md#providerdown',
  })
  expect(body.timeline.map(({ what }: { what: string }) => what)).toEqual(['queued', 'writing', 'failed'])
  expect(text).not.toContain('чайник')
  const part = body.runbook.split('#')[1]
  expect(readFileSync('docs/runbooks.md', 'utf8').toLowerCase()).toContain(`\n## ${part}\n`)
})

test('people’s words are read after a reason alone, which the person’s security events keep', async () => {
  const texts = (body: unknown) => admin.post(`/admin/operations/${id}/texts`, body)
  expect(await texts({ reason: 'why not' })).toMatchObject({ status: 422, body: { errors: [{ path: '/reason' }] } })
  expect(await texts({})).toMatchObject({ status: 422, body: { errors: [{ path: '/reason' }] } })
  expect(await eventsOf(started.person)).toEqual([])
  const { status, body } = await texts(WHY)
  expect(status).toBe(200)
  expect(body.request.brief).toBe(WORDS)
  // No script was written, so there is nothing to find fault with.
  expect(body.findings).toEqual([])
  expect(body.calls[0].messages.at(-1).content).toContain(WORDS)
  expect(await eventsOf(started.person)).toEqual([
    { kind: 'texts_read_by_admin', done_by: admin.id, done_to: id, reason: WHY.reason },
  ])
})

test('a failed one is tried again once for a key, and one that runs is stopped', async () => {
  started.model.always({ hang: true })
  const retry = () =>
    admin.post(`/admin/operations/${id}/retry`, WHY, { headers: { 'Idempotency-Key': 'retry-of-the-admin' } })
  expect(await retry()).toMatchObject({ status: 202, body: { id, attempt: 2, status: 'queued', retryable: false } })
  expect((await retry()).headers.get('idempotent-replayed')).toBe('true')
  expect(await admin.post(`/admin/operations/${id}/retry`, WHY)).toMatchObject({
    ...{ status: 409, body: { code: 'operation.not_retryable' } },
  })
  expect((await admin.get(`/admin/operations/${id}`)).body).toMatchObject({
    ...{ operation: { attempt: 2 }, retried_because: WHY.reason },
  })
  await until(async () => (await admin.get(`/admin/operations/${id}`)).body.operation.status === 'running')
  expect(await admin.post(`/admin/operations/${id}/cancel`)).toMatchObject({
    status: 202,
    body: { cancellable: false },
  })
  expect((await started.system.api.finished(id, started.person.token)).status).toBe('cancelled')
  expect(await admin.post(`/admin/operations/${id}/cancel`)).toMatchObject({
    ...{ status: 409, body: { code: 'operation.finished' } },
  })
})
