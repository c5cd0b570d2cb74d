import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ERRORS } from '../../errors/errors.ts'
import { SERVICES } from '../../services.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ workers: [], relays: false })
})
afterAll(() => system.stop())

test('GET /health/live says that the process answers', async () => {
  expect(await system.api.call('GET', '//health/live')).toMatchObject({ status: 200, body: { status: 'ok' } })
})

test('GET /health/ready says that every database and Temporal answer', async () => {
  const names = [...SERVICES.map((service) => `database_${service}`), 'temporal', 'keys']
  expect(await system.api.call('GET', '//health/ready')).toMatchObject({
    status: 200,
    body: { status: 'ok', checks: Object.fromEntries(names.map((name) => [name, { status: 'ok' }])) },
  })
})

test('the key set verifies access tokens and holds no private part', async () => {
  const { body } = await system.api.call('GET', '//.well-known/jwks.json')
  expect(body.keys).toEqual([
    expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', use: 'sig', kid: expect.any(String) }),
  ])
  expect(body.keys[0]).not.toHaveProperty('d')
})

test('the mails that a developer’s machine keeps are shown nowhere else', async () => {
  expect(await system.api.call('GET', '//dev/mails')).toMatchObject({ status: 404 })
})

describe('GET /openapi.json', () => {
  let text: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into many shapes
  let doc: any
  beforeAll(async () => {
    ;({ text, body: doc } = await system.api.call('GET', '//openapi.json'))
  })
  const operations = () =>
    Object.entries(
      doc.paths as Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>,
    ).flatMap(([path, item]) => Object.values(item).map((operation) => ({ path, ...operation })))

  test('is OpenAPI 3.1', () => {
    expect(doc.openapi).toMatch(/^3\.1\./)
  })

  test('gives every operation an id of its own', () => {
    const ids = operations().map((o) => o.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('declares the parameters of every path', () => {
    for (const { path, parameters } of operations()) {
      const inPath = parameters.filter((p) => p.in === 'path').map((p) => p.name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]))
    }
  })

  test('has every schema that it refers to, under one name', () => {
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(doc.components.schemas).toHaveProperty(name as string)
    for (const schema of Object.values(doc.components.schemas)) expect(schema).not.toHaveProperty('$ref')
  })

  test('says where ETag, 304 and If-Match are', () => {
    const { get, put } = doc.paths['/api/v1/scenarios/{id}']
    expect([Object.keys(get.responses), Object.keys(get.responses['200'].headers)]).toEqual([
      expect.arrayContaining(['200', '304']),
      ['ETag'],
    ])
    expect(put.parameters.map((p: { name: string }) => p.name)).toContain('If-Match')
  })

  test('lists every code of an error', () => {
    for (const code of Object.keys(ERRORS)) expect(doc.components.schemas.Problem.properties.code.enum).toContain(code)
  })
})
