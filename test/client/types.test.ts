import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { route } from '../../api/http/route.ts'
import { ERRORS } from '../../errors/errors.ts'
import { clientTypes, everyRoute, WRITTEN } from '../docs/client-types.ts'

const written = readFileSync(WRITTEN, 'utf8')

test('client/routes.ts is what the route table says (else: npm run docs:client)', () =>
  expect(clientTypes(everyRoute())).toBe(written))

test('every route and every error code has its type', () => {
  for (const { method, base, path } of everyRoute())
    expect(written).toContain(`\n  '${method.toUpperCase()} ${base === '' ? '/' : ''}${path}': {\n`)
  for (const code of Object.keys(ERRORS)) expect(written).toContain(`\n  | '${code}'\n`)
  expect(written).not.toMatch(/: (any|unknown)\b(?!>)/)
})

test('a route that is added is missed, and typed once the client is made anew', () => {
  const added = route({
    method: 'post',
    path: '/drafts/{id}',
    summary: 'Something new',
    auth: 'user',
    idempotent: true,
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ title: z.string(), note: z.string().nullish() }),
    responses: { 201: z.object({ size: z.int(), kind: z.enum(['a', 'b']) }), 204: null },
    errors: ['scenario.scene_locked'],
    handle: async () => ({ status: 204 }),
  })
  const text = clientTypes([...everyRoute(), added])
  expect(text).not.toBe(written)
  expect(text).toContain(`'POST /drafts/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly title: string
        readonly note?: string | null | undefined
      }
    }
    readonly answers: {
      readonly 201: {
        readonly size: number
        readonly kind: 'a' | 'b'
      }
      readonly 204: undefined
    }
    readonly errors: `)
  expect(text).toContain("  'POST /drafts/{id}',\n])")
})

test('two schemas of one name are refused', () => {
  const one = z.object({ a: z.string() }).meta({ id: 'Scenario' })
  const twin = route({
    method: 'get',
    path: '/x',
    summary: 'x',
    auth: 'none',
    responses: { 200: one },
    handle: async () => ({ status: 200 }),
  })
  expect(() => clientTypes([...everyRoute(), twin])).toThrow('Scenario')
})
