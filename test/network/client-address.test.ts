import { request as rawRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createApi, type RunningApi } from '../../api/root.ts'
import { freePort } from '../../local/processes/ports.ts'
import { addressPrefix, clientAddress, clientKey, parseAddress } from '../../network/client-address.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['"203.0.113.7:51234"', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ['2001:DB8:0:0::0001', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8::192.0.2.1', '2001:db8::c000:201'],
  ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
])('%j is the address %s', (written, address) => {
  expect(parseAddress(written)).toBe(address)
  // Canonical: read again it is the same.
  expect(parseAddress(address)).toBe(address)
})

test.each([
  '',
  'unknown',
  '_hidden',
  'localhost',
  '203.0.113',
  '203.0.113.256',
  '0203.0.113.7',
  '0x7f.1',
  '2130706433',
  '203.0.113.7:port',
  '203.0.113.7:123456',
  '[203.0.113.7',
  '2001:db8::1]:443',
  '2001:db8:::1',
  '203.0.113.7 evil',
  '203.0.113.7\u0000',
  '<script>',
  'for=203.0.113.7',
])('%j is none', (written) => expect(parseAddress(written)).toBeUndefined())

test.each([
  ['203.0.113.9', '1.1.1.1', 0, '203.0.113.9'],
  ['::ffff:127.0.0.1', '', 1, '127.0.0.1'],
  ['10.0.0.1', '1.1.1.1, 203.0.113.7', 1, '203.0.113.7'],
  ['10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2', 2, '203.0.113.7'],
  // Fewer than there are proxies: somebody came past them, or they do not say. Nothing is believed.
  ['10.0.0.1', '1.1.1.1', 2, '10.0.0.1'],
  ['10.0.0.1', '203.0.113.7, unknown', 1, '10.0.0.1'],
  ['10.0.0.1', ',,,', 1, '10.0.0.1'],
])('of %s with %j and %i proxies the client is %s', (peer, forwarded, proxies, client) =>
  expect(clientAddress(peer, forwarded, proxies)).toBe(client),
)

test('of IPv6 a client has a /64, however it is written; kept of it is the /48', () => {
  const written = ['2001:db8:1:2::5', '2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '[2001:DB8:1:2:0:0:0:9]:80']
  const keys = written.map((text) => clientKey(parseAddress(text) ?? ''))
  expect(new Set(keys)).toEqual(new Set(['2001:db8:1:2']))
  expect(clientKey('2001:db8:1:3::5')).not.toBe(keys[0])
  expect(written.map((text) => addressPrefix(parseAddress(text) ?? ''))).toEqual(Array(3).fill('2001:db8:1::/48'))
  expect(addressPrefix('203.0.113.7')).toBe('203.0.113.0/24')
})

describe('behind one proxy', () => {
  let system: System
  let person: Person
  beforeAll(async () => {
    system = await startSystem({ env: { TRUSTED_PROXIES: '1', RATE_LIMIT_SCALE: '1' }, workers: ['auth', 'users'] })
    person = await system.api.register()
  })
  afterAll(() => system.stop())
  const login = (forwarded: string, password = person.password) =>
    system.api.call('POST', '/auth/login', {
      body: { email: person.email, password },
      headers: { 'x-forwarded-for': forwarded },
    })

  test.each([
    ['203.0.113.20:4711', '203.0.113.20'],
    ['evil, [2001:DB8::20]:443', '2001:db8::20'],
    ['198.51.100.1, ::ffff:203.0.113.21', '203.0.113.21'],
    ['203.0.113.22, <b>garbage</b>', '127.0.0.1'],
  ])('a session shows the client of %j as %s', async (forwarded, ip) => {
    const { body } = await login(forwarded)
    const sessions = await system.api.call('GET', '/auth/sessions', { token: body.access_token })
    expect(sessions.body.items.find((session: { current: boolean }) => session.current).ip).toBe(ip)
  })

  test('another port, another spelling or another made-up hop is no other client to the limits', async () => {
    const spellings = [
      '203.0.113.30',
      '203.0.113.30:1',
      '203.0.113.30:2',
      '::ffff:203.0.113.30',
      '1.2.3.4, 203.0.113.30',
      '"[::ffff:cb00:711e]:3"',
    ]
    const statuses = []
    for (const forwarded of spellings) statuses.push((await login(forwarded, 'wrong')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect((await login('203.0.113.31', 'wrong')).status).toBe(401)
  })

  test('what is no address counts as the proxy, and nobody chooses one by it', async () => {
    const statuses = []
    for (const n of [1, 2, 3, 4, 5, 6]) statuses.push((await login(`nobody-${n}`, 'wrong')).status)
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('binding', () => {
  let system: System
  let api: RunningApi
  let metricsPort: number
  beforeAll(async () => {
    system = await startSystem({ workers: [] })
    metricsPort = await freePort()
    api = await createApi(
      { ...system.config, HOST: '0.0.0.0', METRICS_PORT: metricsPort, DEV_PAGES: true },
      { databases: system.databases },
    )
  })
  afterAll(async () => {
    await api.stop()
    await system.stop()
  })
  /** @returns the status, or the code of the failure */
  const get = (host: string, port: number, path: string, headers: Record<string, string> = {}) =>
    new Promise<number | string>((resolve) => {
      const call = rawRequest({ host, port, path, headers, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      })
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
      call.end()
    })

  // 127.0.0.2 is this machine, and no address that a server on 127.0.0.1 listens on.
  test('HOST opens the public port alone', async () => {
    expect(await get('127.0.0.2', api.port, '/health/live')).toBe(200)
    expect(await get('127.0.0.1', metricsPort, '/metrics')).toBe(200)
    expect(await get('127.0.0.2', metricsPort, '/metrics')).toBe('ECONNREFUSED')
    expect(await get('127.0.0.1', api.internalPort, '/internal/auth/admins')).toBe(401)
    expect(await get('127.0.0.2', api.internalPort, '/internal/auth/admins')).toBe('ECONNREFUSED')
  })

  test.each([
    ['a name of this machine', {}, 200],
    ['localhost with a port', { host: 'localhost:3000' }, 200],
    ['a name that was made to lead here', { host: 'evil.example' }, 404],
    ['a name that only begins so', { host: 'localhost.evil.example' }, 404],
    ['an address of the network', { host: '192.168.1.5:3000' }, 404],
    ['a proxy on this machine', { 'x-forwarded-for': '203.0.113.7' }, 404],
    ['a proxy that says it otherwise', { forwarded: 'for=203.0.113.7' }, 404],
  ])('pages for developers answer %s', async (_by, headers, status) => {
    const { loadKeys } = await import('../../keys/keys.ts')
    const { devPages } = await loadKeys({ ...system.config, DEV_PAGES: true })
    expect(await get('127.0.0.1', api.port, `/dev/${devPages}/mails`, headers)).toBe(status)
  })

  test.each(['/dev/mails', '/dev/x/mails', `/dev/${'A'.repeat(43)}/mails`, '/dev//mails'])(
    'and %s is nothing',
    async (path) => expect(await get('127.0.0.1', api.port, path)).toBe(404),
  )
})
