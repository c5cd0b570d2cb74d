import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHmac, generateKeyPairSync, randomUUID, sign as rawSign, type KeyObject } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { createAccessTokens } from '../../../api/auth/access-token.ts'
import { signServiceToken } from '../../../internal/token.ts'
import {
  activateNext,
  addNext,
  changeKeyFile,
  dropRetired,
  RETIRED_MS,
  RotationError,
  signingKeysOf,
  type SigningKey,
} from '../../../keys/signing.ts'
import type { Person } from '../../support/http.ts'
import { startCommand } from '../../support/command.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'

let system: System
let person: Person
let active: SigningKey
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register()
  active = system.keys.signing.list()[0] as SigningKey
})
afterAll(() => system.stop())

const me = (token: string) => system.api.call('GET', '/auth/me', { token })
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const foreign = () => generateKeyPairSync('ed25519').privateKey

/** A token as ours are, but for what the test changes. */
async function forged({
  header = {},
  claims = {},
  key = active.privateKey,
}: {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  key?: KeyObject
}): Promise<string> {
  const own = decodeJwt(person.token)
  const head = { ...decodeProtectedHeader(person.token), ...header }
  const body = `${part(head)}.${part({ ...own, ...claims })}`
  return `${body}.${rawSign(null, Buffer.from(body), key).toString('base64url')}`
}

test('what the attacks below change is a good token', async () => {
  expect(await me(await forged({}))).toMatchObject({ status: 200 })
  const claims = decodeJwt(person.token)
  expect(decodeProtectedHeader(person.token)).toEqual({ alg: 'Ed25519', typ: 'at+jwt', kid: active.kid })
  expect(Object.keys(claims).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'])
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600)
})

const now = () => Math.floor(Date.now() / 1000)
const attacks: [string, () => Promise<string> | string][] = [
  ['alg none, without a signature', () => `${part({ alg: 'none', typ: 'at+jwt' })}.${part(decodeJwt(person.token))}.`],
  [
    'alg none in other letters',
    () => `${part({ alg: 'nOnE', typ: 'at+jwt', kid: active.kid })}.${part(decodeJwt(person.token))}.`,
  ],
  [
    'HS256 with the public key as its secret',
    () => {
      const body = `${part({ alg: 'HS256', typ: 'at+jwt', kid: active.kid })}.${part(decodeJwt(person.token))}`
      const secret = active.publicKey.export({ type: 'spki', format: 'pem' })
      return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
    },
  ],
  ['the polymorphic EdDSA', () => forged({ header: { alg: 'EdDSA' } })],
  ['a foreign key under our kid', () => forged({ key: foreign() })],
  [
    'a foreign key in the header itself',
    async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      return forged({ key: privateKey, header: { jwk: publicKey.export({ format: 'jwk' }) } })
    },
  ],
  [
    'a jku of the attacker',
    () => forged({ key: foreign(), header: { jku: 'http://127.0.0.1:1/jwks.json', kid: 'theirs' } }),
  ],
  [
    'a changed payload under the old signature',
    () => {
      const [head, , signature] = person.token.split('.')
      return `${head}.${part({ ...decodeJwt(person.token), sub: randomUUID() })}.${signature}`
    },
  ],
  ['a changed signature', () => person.token.slice(0, -4) + (person.token.endsWith('AAAA') ? 'BBBB' : 'AAAA')],
  ['a cut token', () => person.token.slice(0, -20)],
  ['no exp', () => forged({ claims: { exp: undefined } })],
  ['an exp that has passed', () => forged({ claims: { exp: now() - 60 } })],
  ['an exp that is text', () => forged({ claims: { exp: 'tomorrow' } })],
  ['an nbf to come', () => forged({ claims: { nbf: now() + 600 } })],
  ['another issuer', () => forged({ claims: { iss: 'http://evil.example' } })],
  ['another audience', () => forged({ claims: { aud: 'http://evil.example/api/v1' } })],
  ['another type', () => forged({ header: { typ: 'JWT' } })],
  ['no type', () => forged({ header: { typ: undefined } })],
  ['a critical header that nobody knows', () => forged({ header: { crit: ['x'], x: 1 } })],
  ['no kid', () => forged({ header: { kid: undefined } })],
  ['a kid that is a path', () => forged({ header: { kid: '../../../etc/passwd' } })],
  ['a kid that is SQL', () => forged({ header: { kid: "' or 1=1--" } })],
  ['a kid that is an object', () => forged({ header: { kid: { $ne: null } } })],
  ['a kid of 3,000 characters', () => forged({ header: { kid: 'k'.repeat(3_000) } })],
  ['another person’s session', async () => forged({ claims: { sub: (await system.api.register()).id } })],
  ['a session that never was', () => forged({ claims: { sid: randomUUID() } })],
  ['no session', () => forged({ claims: { sid: undefined } })],
  ['the refresh token', () => person.refresh_token],
  ['a service’s token', () => signServiceToken(system.keys.serviceToken, 'users', 'auth', 'contacts:read')],
  [
    'a service’s token under our kid and type',
    () =>
      new SignJWT(decodeJwt(person.token))
        .setProtectedHeader({ alg: 'Ed25519', typ: 'at+jwt', kid: active.kid })
        .sign(system.keys.serviceToken),
  ],
]
test.each(attacks)('%s is 401 with a problem', async (_, make) => {
  const reply = await me(await make())
  expect(reply).toMatchObject({ status: 401, body: { code: 'auth.token_rejected' } })
  expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
})

test('a token in the query is no token', async () => {
  expect(await system.api.call('GET', `/auth/me?access_token=${person.token}`)).toMatchObject({ status: 401 })
})

test('an access token opens no internal endpoint, nor does a service’s token of other audience or scope', async () => {
  const ask = (token: string, path = `/internal/auth/accounts/${person.id}/contacts`) =>
    system.api.call('GET', `${system.config.internalUrl}${path}`, { token })
  const key = system.keys.serviceToken
  expect(await ask(person.token)).toMatchObject({ status: 401 })
  expect(await ask(await signServiceToken(key, 'users', 'users', 'contacts:read'))).toMatchObject({ status: 401 })
  expect(await ask(await signServiceToken(foreign(), 'users', 'auth', 'contacts:read'))).toMatchObject({ status: 401 })
  expect(await ask(await signServiceToken(key, 'users', 'auth', 'account_mails:open'))).toMatchObject({ status: 403 })
  expect(await ask(await signServiceToken(key, 'users', 'auth', 'contacts:read'))).toMatchObject({
    status: 200,
    body: { email: person.email },
  })
})

test('a service’s token is taken from a machine whose clock is 90 s behind; of one further behind, the log says so', async () => {
  const ask = async (secondsBehind: number) => {
    const token = await signServiceToken(system.keys.serviceToken, 'users', 'auth', 'contacts:read')
    const { iat, exp, ...claims } = decodeJwt(token) as { iat: number; exp: number }
    const late = new SignJWT({ ...claims, iat: iat - secondsBehind, exp: exp - secondsBehind })
    return system.api.call('GET', `${system.config.internalUrl}/internal/auth/accounts/${person.id}/contacts`, {
      token: await late.setProtectedHeader({ alg: 'Ed25519', typ: 'svc+jwt' }).sign(system.keys.serviceToken),
    })
  }
  expect(await ask(90)).toMatchObject({ status: 200 })
  expect(await ask(480)).toMatchObject({ status: 401 })
  const said = system.logs.filter((line) => line.includes('clocks of two processes differ'))
  expect(said).toEqual([expect.stringMatching(/"scenor\.seconds":30\d/)])
})

describe('key rotation', () => {
  test('next → active → retired loses no token that lives, in a process that goes on', async () => {
    const path = join(system.config.DATA_DIR, 'keys', 'access-token.json')
    const kids = async () =>
      (await system.api.call('GET', '//.well-known/jwks.json')).body.keys.map((k: { kid: string }) => k.kid)
    const before = person.token
    await changeKeyFile(path, (keys, at) => addNext(keys, at))
    await expect(changeKeyFile(path, (keys, at) => addNext(keys, at))).rejects.toThrow(RotationError)
    await expect(changeKeyFile(path, (keys, at) => activateNext(keys, at, false))).rejects.toThrow(RotationError)
    await until(async () => (await kids()).length === 2)
    await changeKeyFile(path, (keys, at) => activateNext(keys, at, true))
    // Another process has signed with the new key already; this one has not looked yet.
    const elsewhere = createAccessTokens(await signingKeysOf(path), system.config.publicUrl)
    const { sub, sid } = decodeJwt(before) as { sub: string; sid: string }
    const after = await elsewhere.sign(sub, sid)
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
    await until(async () => (await me(after)).status === 200)
    expect(await me(before)).toMatchObject({ status: 200 })
    // The next key verified before it signed; from the next look on this process signs with it too.
    await until(async () => {
      const { email, password } = person
      const login = await system.api.call('POST', '/auth/login', { body: { email, password } })
      return decodeProtectedHeader(login.body.access_token).kid === decodeProtectedHeader(after).kid
    })
    await changeKeyFile(path, dropRetired)
    expect((await signingKeysOf(path)).list()).toHaveLength(2)
    await changeKeyFile(path, (keys) => dropRetired(keys, new Date(Date.now() + RETIRED_MS + 1_000)))
    expect((await signingKeysOf(path)).list().map((k) => k.state)).toEqual(['active'])
    expect(await me(after)).toMatchObject({ status: 200 })
  })

  test('a key that leaked is withdrawn: what it signed is refused also where it was known, and clients refresh', async () => {
    const { body: session } = await system.api.call('POST', '/auth/login', {
      body: { email: person.email, password: person.password },
    })
    expect(await me(session.access_token)).toMatchObject({ status: 200 })
    const run = (...args: string[]) => startCommand('cli/keys.ts', args, { DATA_DIR: system.config.DATA_DIR }).ended
    for (const args of [['add'], ['activate', '--now'], ['prune', '--now']])
      expect(await run(...args)).toMatchObject({ code: 0, err: '' })
    await until(async () => (await me(session.access_token)).status === 401)
    const refreshed = await system.api.call('POST', '/auth/refresh', { body: { refresh_token: session.refresh_token } })
    expect(await me(refreshed.body.access_token)).toMatchObject({ status: 200 })
  })

  test('public keys say no more than they must', async () => {
    const { body } = await system.api.call('GET', '//.well-known/jwks.json')
    for (const key of body.keys) expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })
})

test('a folder without keys gets them once, also when several processes start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scenor-keys-'))
  const { loadKeys } = await import('../../../keys/keys.ts')
  const all = await Promise.all([1, 2, 3].map(() => loadKeys({ ...system.config, DATA_DIR: folder })))
  expect(new Set(all.map((keys) => keys.signing.list()[0]?.kid)).size).toBe(1)
  await rm(folder, { recursive: true })
})
