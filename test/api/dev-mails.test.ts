import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person, Reply } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
let reader: Person
beforeAll(async () => {
  system = await startSystem({ env: { DEV_PAGES: 'true' } })
  reader = await system.api.register({ locale: 'ru' })
})
afterAll(() => system.stop())

/** The page, as soon as that text is on it. */
const pageWith = (text: string) =>
  until(async () => {
    const seen = await system.api.call('GET', `//dev/${system.keys.devPages}/mails`)
    return seen.text.includes(text) && seen
  })

test('without a mail server the mail is kept, marked not sent, and its link works', async () => {
  const mail = await until(() =>
    system.databases.notifications
      .selectFrom('mails')
      .selectAll()
      .where('account_id', '=', reader.id)
      .where('kind', '=', 'verify_email')
      .executeTakeFirst(),
  )
  expect(mail).toMatchObject({ status: 'not_sent', address: reader.email, subject: 'Подтвердите адрес' })
  const token = /#\/verify-email\/([\w-]+)/.exec(mail.text ?? '')?.[1]
  expect(await reader.post('/auth/verify-email', { token })).toMatchObject({ status: 204 })
})

describe('GET /dev/{token}/mails', () => {
  let page: Reply
  beforeAll(async () => {
    const { status } = await reader.post('/notifications', {
      ...{
        user_id: reader.id,
        topic: 'custom',
        title: '<b>Жирно</b>',
        body: 'Снять второй дубль',
        channels: ['email'],
      },
    })
    expect(status).toBe(201)
    page = await pageWith('Жирно')
  })

  test('is a page for everybody at this machine', () => {
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  })

  test('shows what could not be sent, marked so, and to whom it was', () => {
    expect(page.text).toContain('not sent')
    expect(page.text).toContain(reader.email)
  })

  test('shows what was typed as text, and runs no script', () => {
    expect(page.text).not.toContain('<b>Жирно')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('lets links be followed', () => {
    expect(page.text).toMatch(/<a href="http:\/\/api\.test\/studio#\/verify-email\/[\w-]+" rel="noreferrer">/)
  })
})
