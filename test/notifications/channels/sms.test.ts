import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createSmsProvider, SmsRefused } from '../../../notifications/channels/sms.ts'
import { UnknownOutcome } from '../../../notifications/channels/unknown-outcome.ts'
import { countSegments, withinSegments } from '../../../notifications/channels/segments.ts'

interface Asked {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}
type Answer = { status: number; body: string } | 'hang_up'

const asked: Asked[] = []
const planned: Answer[] = []
const read = async (request: IncomingMessage) => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
const server = createServer((request, response) => {
  void read(request).then((body) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization, body })
    const answer = planned.shift() ?? { status: 200, body: '{}' }
    if (answer === 'hang_up') return request.socket.destroy()
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  })
})
let baseUrl: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  asked.length = 0
  planned.length = 0
})

const NAMES = ['twilio', 'smsc', 'smsaero'] as const
const MESSAGE = { id: 'n1', to: '+79161234567', text: 'Привет & пока' }
const TAKEN = { twilio: { sid: 'SM1' }, smsc: { id: 1, cnt: 1 }, smsaero: { success: true } }
const provider = (name: (typeof NAMES)[number], url: string) => {
  const config = { SMS_PROVIDER: name, SMS_ACCOUNT: 'acc', SMS_KEY: 'key', SMS_SENDER: 'Scenor', SMS_BASE_URL: url }
  const made = createSmsProvider(config)
  if (!made) throw new Error('no provider')
  return made
}
const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) })
/** How sending ended: taken, refused for good, worth another try, or unknown. */
const outcome = (name: (typeof NAMES)[number], url = baseUrl) =>
  provider(name, url)
    .send(MESSAGE)
    .then(
      () => 'taken',
      (error: unknown) => {
        expect(String(error)).not.toContain('9161234567')
        if (error instanceof UnknownOutcome) return 'unknown'
        return error instanceof SmsRefused ? 'refused' : 'again'
      },
    )

describe.each(NAMES)('%s', (name) => {
  test('takes a message; number and text reach it whole', async () => {
    planned.push(json(TAKEN[name]))
    expect(await outcome(name)).toBe('taken')
    const sent = name === 'smsaero' ? asked[0]?.body : [...new URLSearchParams(asked[0]?.body).values()].join('\n')
    expect(sent).toContain('79161234567')
    expect(sent).toContain('Привет & пока')
  })

  test.each<[string, Answer, string]>([
    ['an answer of 500', { status: 500, body: 'oops +79161234567' }, 'unknown'],
    ['an answer of 504', { status: 504, body: '' }, 'unknown'],
    ['an answer of 503', { status: 503, body: '' }, 'again'],
    ['an answer of 429', { status: 429, body: '{}' }, 'again'],
    ['a lost connection', 'hang_up', 'unknown'],
    ['an answer that is no JSON', { status: 200, body: '<html>' }, 'unknown'],
  ])('after %s says what it can know, and then takes it', async (_, answer, said) => {
    planned.push(answer, json(TAKEN[name]))
    expect([await outcome(name), await outcome(name)]).toEqual([said, 'taken'])
  })

  test('a provider that cannot be reached has not heard of it', async () => {
    const nobody = createServer()
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve))
    const { port } = nobody.address() as AddressInfo
    await new Promise((resolve) => nobody.close(resolve))
    expect(await outcome(name, `http://127.0.0.1:${port}`)).toBe('again')
  })

  test('refuses for good with 400 and 401', async () => {
    planned.push(json({ message: 'bad number +79161234567' }, 400), json({}, 401))
    expect([await outcome(name), await outcome(name)]).toEqual(['refused', 'refused'])
  })
})

test('SMSC and SMS Aero refuse inside an answer of 200; SMSC’s 4 and 9 pass', async () => {
  planned.push(json({ error_code: 7 }), json({ error_code: 4 }), json({ error_code: 9 }), json({ success: false }))
  expect([await outcome('smsc'), await outcome('smsc'), await outcome('smsc'), await outcome('smsaero')]).toEqual([
    'refused',
    'again',
    'again',
    'refused',
  ])
})

test.each([
  ['a'.repeat(160), 1],
  ['a'.repeat(161), 2],
  ['€'.repeat(80), 1],
  ['€'.repeat(81), 2],
  ['я'.repeat(70), 1],
  ['я'.repeat(71), 2],
  ['я'.repeat(135), 3],
  [`${'a'.repeat(100)}я`, 2],
])('counts what a text is billed as: %s', (text, segments) => {
  expect(countSegments(text)).toBe(segments)
})

test('a long text is cut to what is paid for, never inside of a character', () => {
  const cut = withinSegments('👍'.repeat(300), 3)
  expect(countSegments(cut)).toBe(3)
  expect(cut.isWellFormed()).toBe(true)
  expect(cut.endsWith('…')).toBe(true)
})
