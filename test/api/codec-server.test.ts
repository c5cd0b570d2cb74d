import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import { codecToken, createPayloadCodec } from '../../codec.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

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
