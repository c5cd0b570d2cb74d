import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import { codecLink, codecToken, createPayloadCodec } from '../../../temporal/codec.ts'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

/** As the Temporal Web UI sends and reads payloads. */
const SECRET = 'бриф, который видят не все'
const base64 = (data: Uint8Array | null | undefined) => Buffer.from(data ?? []).toString('base64')
const written = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)])),
  data: base64(data),
})

let system: System
let admin: Person
let person: Person
let url: string
let token: string
let sealed: ReturnType<typeof written>
beforeAll(async () => {
  system = await startSystem({ relays: false, env: { TEMPORAL_UI_ORIGIN: 'https://temporal.example.test' } })
  ;[admin, person] = await Promise.all([system.api.register(), system.api.register()])
  await system.databases.auth
    .updateTable('accounts')
    .set({ roles: ['user', 'admin'] })
    .where('id', '=', admin.id)
    .execute()
  url = `${system.config.internalUrl}/codec`
  token = codecToken(system.keys.payload)
  const [payload] = await createPayloadCodec(system.keys.payload).encode([defaultPayloadConverter.toPayload(SECRET)!])
  sealed = written(payload!)
})
afterAll(() => system.stop())

const ask = async (path: string, headers: Record<string, string> = {}, payloads: unknown = [sealed]) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ payloads }),
  })
  const text = await response.text()
  return { status: response.status, text, headers: response.headers, body: JSON.parse(text) }
}
const bearer = (who: { token: string }) => ({ authorization: `Bearer ${who.token}` })
const textOf = (payload: { data: string }) => Buffer.from(payload.data, 'base64').toString()

describe('the codec server', () => {
  test.each(['/decode', '/encode'])('%s tells nobody without a token anything', async (path) => {
    for (const headers of [{}, { authorization: 'Basic abc' }]) {
      const reply = await ask(path, headers)
      expect(reply).toMatchObject({ status: 401, body: { code: 'auth.required' } })
    }
    expect(await ask(path, { authorization: 'Bearer abc' })).toMatchObject({
      status: 401,
      body: { code: 'auth.token_rejected' },
    })
  })

  test('a person who is no admin is refused', async () => {
    const reply = await ask('/decode', bearer(person))
    expect(reply).toMatchObject({ status: 403, body: { code: 'access.denied' } })
    expect(reply.text).not.toContain(Buffer.from(JSON.stringify(SECRET)).toString('base64'))
  })

  test('a wrong token in the path is no path', async () => {
    for (const wrong of ['x', `${token}x`, token.slice(1), token.toUpperCase() + '-'])
      expect((await ask(`/${wrong}/decode`)).status).toBe(404)
    // Nor does a person's own token open the local way.
    expect((await ask(`/x/decode`, bearer(admin))).status).toBe(404)
  })

  test('an admin reads what a history holds, and so does this machine with the token of the banner', async () => {
    for (const reply of [await ask('/decode', bearer(admin)), await ask(`/${token}/decode`)]) {
      expect(reply.status).toBe(200)
      expect(reply.headers.get('cache-control')).toBe('no-store')
      const [plain] = reply.body.payloads
      expect(textOf(plain)).toBe(JSON.stringify(SECRET))
      expect(textOf({ data: plain.metadata.encoding })).toBe('json/plain')
    }
  })

  test('what it encodes it decodes again, and nothing of it is clear', async () => {
    const clear = written(defaultPayloadConverter.toPayload({ brief: SECRET })!)
    const encoded = await ask('/encode', bearer(admin), [clear])
    expect(textOf(encoded.body.payloads[0])).not.toContain('бриф')
    expect((await ask('/decode', bearer(admin), encoded.body.payloads)).body.payloads).toEqual([clear])
  })

  test('a payload that cannot be read is given back as it is, and the others are read', async () => {
    const broken = { ...sealed, data: base64(Buffer.from('tampered with')) }
    const { body } = await ask('/decode', bearer(admin), [broken, sealed])
    expect(body.payloads[0]).toEqual(broken)
    expect(textOf(body.payloads[1])).toBe(JSON.stringify(SECRET))
  })

  test.each([[{}], [{ payloads: 'x' }], [{ payloads: [{ data: 5 }] }]])('%j is no question', async (question) => {
    const response = await fetch(`${url}/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(admin) },
      body: JSON.stringify(question),
    })
    expect([400, 422]).toContain(response.status)
  })

  test('the Web UI’s origin may send its headers; no other origin is told so', async () => {
    const preflight = async (origin: string) => {
      const response = await fetch(`${url}/decode`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-namespace,authorization,authorization-extras,caller-type',
        },
      })
      expect(response.status).toBe(204)
      return response.headers
    }
    for (const origin of [
      'https://temporal.example.test',
      `http://localhost:${system.config.TEMPORAL_UI_PORT}`,
      `http://127.0.0.1:${system.config.TEMPORAL_UI_PORT}`,
    ]) {
      const headers = await preflight(origin)
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      const allowed = headers.get('access-control-allow-headers')?.toLowerCase()
      for (const name of ['content-type', 'x-namespace', 'authorization', 'authorization-extras', 'caller-type'])
        expect(allowed).toContain(name)
      expect((await ask('/decode', { origin, ...bearer(admin) })).headers.get('access-control-allow-origin')).toBe(
        origin,
      )
      // A refusal must be readable too, or the Web UI can only say that something failed.
      expect((await ask('/decode', { origin })).headers.get('access-control-allow-origin')).toBe(origin)
    }
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
      expect((await preflight(origin)).get('access-control-allow-origin')).toBeNull()
      const reply = await ask('/decode', { origin, ...bearer(admin) })
      expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  describe('its sign-in page', () => {
    const signIn = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(fields),
      })
      return { status: response.status, text: await response.text() }
    }
    const as = ({ email, password }: Person) => ({ email, password })
    const linkIn = (text: string) => /<code>http:\/\/[^/]+\/codec(\/[^<]+)<\/code>/.exec(text)?.[1] ?? 'no link'

    test('is a form, in the language of who asks, that no other site can show', async () => {
      const response = await fetch(url, { headers: { 'accept-language': 'ru' } })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(await response.text()).toContain('Получить адрес')
    })

    test('gives an admin an address that shows payloads for an hour, from any machine, and leaves no session', async () => {
      const before = await system.databases.auth
        .selectFrom('sessions')
        .select('id')
        .where('revoked_at', 'is', null)
        .execute()
      const { status, text } = await signIn(as(admin))
      expect(status).toBe(200)
      const reply = await ask(`${linkIn(text)}/decode`, { 'x-forwarded-for': '203.0.113.7' })
      expect(reply.status).toBe(200)
      expect(textOf(reply.body.payloads[0])).toBe(JSON.stringify(SECRET))
      expect(
        await system.databases.auth.selectFrom('sessions').select('id').where('revoked_at', 'is', null).execute(),
      ).toHaveLength(before.length)
    })

    test('refuses a wrong password, who is no admin, and a form of another site', async () => {
      expect(await signIn({ ...as(admin), password: 'not this one, surely' })).toMatchObject({ status: 401 })
      const refused = await signIn(as(person))
      expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('no admin') })
      expect(linkIn(refused.text)).toBe('no link')
      expect(await signIn(as(admin), { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
    })

    test('its address ends after the hour, with the role, and with any change of it', async () => {
      const { payload } = system.keys
      const { token: over } = codecLink(payload, admin.id, Date.now() - 3_601_000)
      const { token: whose } = codecLink(payload, person.id)
      const { token: good } = codecLink(payload, admin.id)
      expect((await ask(`/${good}/decode`)).status).toBe(200)
      for (const bad of [
        over,
        whose,
        good.replace(admin.id, person.id),
        `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
      ])
        expect(await ask(`/${bad}/decode`)).toMatchObject({ status: 404 })
    })
  })

  test('the public port has no codec server', async () => {
    for (const path of ['//codec/decode', `//codec/${token}/decode`])
      expect((await system.api.call('POST', path, { token: admin.token, body: { payloads: [sealed] } })).status).toBe(
        404,
      )
  })

  test('the token and what was read are in no log', () => {
    expect(system.logs.join('\n')).not.toContain(token)
    expect(system.logs.join('\n')).not.toContain(SECRET)
  })
})
