import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../../support/http.ts'
import { startMailServer, type MailServer } from '../../support/mail-server.ts'
import { statusOf, toOneself } from '../../support/notifications.ts'
import { startSystem, type System } from '../../support/system.ts'
import { proven } from '../../support/verified.ts'

let sink: MailServer
let system: System
beforeAll(async () => {
  sink = await startMailServer()
  system = await startSystem({ env: { SMTP_URL: sink.url } })
})
afterAll(async () => {
  await system.stop()
  await sink[Symbol.asyncDispose]()
})

describe('the link of a mail to be told no more', () => {
  let reader: Person
  let token: string
  /** The topics that reach the reader by mail. */
  const mailed = async () => {
    const { topics } = (await reader.get('/notifications/preferences')).body
    return Object.entries<{ email: boolean }>(topics).flatMap(([topic, { email }]) => (email ? [topic] : []))
  }
  const click = (t: string, headers = {}) =>
    system.api.call('POST', `/notifications/unsubscribe/${t}`, {
      raw: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  /** As Chromium asks for a page. */
  const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8' }
  const notify = (topic = 'custom') =>
    reader.post('/notifications', toOneself(reader, { topic, title: 'Снять дубль', channels: ['email'] }))
  beforeAll(async () => {
    reader = await proven(system, await system.api.register())
    const sent = await notify()
    // Its status is written behind the mail: before that a second one could still find the first on its way.
    expect(await statusOf(system, sent.body.id)).toBe('sent')
    const mail = sink.mails.find((m) => m.to === reader.email && m.text.includes('Снять дубль'))
    const header = (mail?.raw ?? '').replace(/\r\n[ \t]+/g, ' ')
    token = /unsubscribe\/([\w-]+)>/.exec(header)?.[1] ?? ''
  })

  test('stands in its header', () => expect(token).not.toBe(''))

  test('opens a page and changes nothing', async () => {
    const before = await mailed()
    expect(before).toContain('custom')
    const page = await system.api.call('GET', `/notifications/unsubscribe/${token}`)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await mailed()).toEqual(before)
  })

  test('answers a token that is none the same, and changes nothing', async () => {
    const before = await mailed()
    expect((await click('A'.repeat(48))).status).toBe(204)
    expect(await mailed()).toEqual(before)
  })

  test('stops such mails by one click and nothing else, also clicked twice', async () => {
    const before = await mailed()
    expect((await click(token)).status).toBe(204)
    expect((await click(token)).status).toBe(204)
    expect(await mailed()).toEqual(before.filter((topic) => topic !== 'custom'))
    expect((await notify()).body.deliveries).toEqual([{ channel: 'email', status: 'suppressed', attempts: 0 }])
  })
  test('shows a browser what happened; a link that is none says that nothing did', async () => {
    const done = await click(token, BROWSER)
    expect({ status: done.status, type: done.headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringMatching(/^text\/html/),
    })
    expect(done.text).toContain('таких писем больше не будет')
    expect(done.text).toContain('you get no more mails like this')
    expect(done.text).not.toContain(token)
    expect(done.headers.get('content-security-policy')).toContain("default-src 'none'")
    const wrong = await click('A'.repeat(48), BROWSER)
    expect(wrong).toMatchObject({ status: 200, text: expect.stringContaining('nothing has changed') })
  })

  test.each(['*/*', 'application/json', 'text/html;q=0, */*', 'text/plain, text/*;q=0.5'])(
    'answers who accepts %s with nothing',
    async (accept) => {
      expect(await click(token, { accept })).toMatchObject({ status: 204, text: '' })
    },
  )
})
