import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { temporal } from '@temporalio/proto'
import { createPayloadCodec } from '../../../temporal/codec.ts'
import { mailId } from '../../../contracts/mail.ts'
import type { Person } from '../../support/http.ts'
import { startMailServer, type MailServer } from '../../support/mail-server.ts'
import { startSystem, type System } from '../../support/system.ts'
import { proven } from '../../support/verified.ts'

let sink: MailServer
let system: System
let owner: Person
beforeAll(async () => {
  sink = await startMailServer()
  system = await startSystem({ env: { SMTP_URL: sink.url } })
  owner = await proven(
    system,
    await system.api.register({ full_name: 'Анна\r\nBcc: victim@example.test', locale: 'ru' }),
  )
})
afterAll(async () => {
  await system.stop()
  await sink[Symbol.asyncDispose]()
})

const MESSAGE = 'Глянь <script>alert(1)</script>\r\n\r\nСрочно & важно'
const invite = async (email: string, extra: Record<string, unknown> = {}, by = owner) => {
  const { id } = (await by.post('/scenarios', { title: 'Чай <b>летом</b>', content: 'Раз.' })).body
  const share = await by.post(`/scenarios/${id}/share`, { email, role: 'commenter', ...extra })
  expect(share).toMatchObject({ status: 201, body: { status: 'invited' } })
  return { id, share: share.body.id as string }
}
const stranger = () => `stranger-${randomUUID()}@example.test`
/** What stands in the payloads of a history, decrypted. */
async function decodedPayloads(history: unknown): Promise<string> {
  const found: temporal.api.common.v1.IPayload[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
    if ('metadata' in value && 'data' in value) found.push(value as temporal.api.common.v1.IPayload)
    else Object.values(value).forEach(walk)
  }
  walk(history)
  const payloads = await createPayloadCodec(system.keys.payload).decode(found as never)
  return payloads.map(({ data }) => Buffer.from(data ?? []).toString('utf8')).join('\n')
}
const htmlOf = (text: string) => text.slice(text.indexOf('<!doctype html>'))

test('an address without account gets one mail with the words of who shares, escaped', async () => {
  const email = stranger()
  const { id, share } = await invite(email, { message: MESSAGE })
  const mail = await sink.mailTo(email)
  expect(mail.subject).toBe('Вас приглашают в Scenor')
  expect(mail.raw.split('\r\n\r\n')[0]).not.toMatch(/Bcc:|victim/i)
  expect(mail.text).toContain('Пользователь «Анна Bcc: […]» делится с вами сценарием')
  expect(mail.text).toContain('Глянь <script>alert(1)</script> Срочно & важно')
  expect(htmlOf(mail.text)).toContain('Глянь &#60;script&#62;alert(1)&#60;/script&#62; Срочно &#38; важно')
  expect(htmlOf(mail.text)).toContain('«Чай &#60;b&#62;летом&#60;/b&#62;»')
  expect(mail.text).toContain('http://api.test/register')
  // The same again changes the role; the person was told already.
  expect((await owner.post(`/scenarios/${id}/share`, { email, role: 'editor' })).body.id).toBe(share)
  await system.temporal.workflow.getHandle(mailId(share)).result()
  expect(sink.mails.filter((m) => m.to === email)).toHaveLength(1)
})

test('the mail waits for a mail server that is away; neither address nor words stand in a history or a log', async () => {
  const email = stranger()
  sink.plan('disconnect', 'later')
  const { share } = await invite(email, { message: 'Тайное слово' })
  await sink.mailTo(email)
  const handle = system.temporal.workflow.getHandle(mailId(share))
  await handle.result()
  const { kind, account_id, status, address } = await system.databases.notifications
    .selectFrom('mails')
    .selectAll()
    .where('id', '=', share)
    .executeTakeFirstOrThrow()
  expect({ kind, account_id, status, address }).toEqual({
    kind: 'invitation',
    account_id: owner.id,
    status: 'sent',
    address: null,
  })
  const decoded = await decodedPayloads(await handle.fetchHistory())
  expect(decoded).toContain(share)
  for (const secret of [email, 'Тайное слово']) {
    expect(decoded).not.toContain(secret)
    expect(system.logs.join('\n')).not.toContain(secret)
  }
})

test('an invitation that was taken back before it went out is not sent', async () => {
  const email = stranger()
  await system.stopWorkers('notifications')
  const { id, share } = await invite(email)
  expect((await owner.delete(`/scenarios/${id}/shares/${share}`)).status).toBe(204)
  await system.startWorkers('notifications')
  await system.temporal.workflow.getHandle(mailId(share)).result()
  expect(sink.mails.filter((m) => m.to === email)).toEqual([])
})

test('the internal question of an invitation needs a service token of its scope', async () => {
  const { share } = await invite(stranger())
  const path = `${system.config.internalUrl}/internal/scenarios/invitations/${share}`
  expect((await fetch(path)).status).toBe(401)
  expect((await fetch(path, { headers: { authorization: `Bearer ${owner.token}` } })).status).toBe(401)
})
