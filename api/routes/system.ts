import { readFileSync } from 'node:fs'
import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { ApiDeps } from '../context.ts'
import { docsRoutes } from '../docs.ts'
import { document } from '../openapi.ts'
import { ok, route, type Route } from '../route.ts'

const CHECK_LIMIT_MS = 2_000
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const Readiness = z.object({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(z.string(), z.object({ status: z.enum(['ok', 'unavailable']), detail: z.string().optional() })),
})
const Jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })

/** The routes without prefix: health, keys, documentation. `described` are the others, for the OpenAPI document. */
export function systemRoutes(
  { config, databases, temporal, tokens, stopping }: ApiDeps,
  described: readonly Route[],
): Route[] {
  const ping = (db: Kysely<never>) => sql`select 1`.execute(db)
  const checks = (): Record<string, () => Promise<unknown>> => ({
    ...Object.fromEntries(
      config.SERVICES.map((service) => [
        `database_${service}`,
        () => ping(databases[service] as unknown as Kysely<never>),
      ]),
    ),
    // Away is no reason to take no work: it is accepted and started later. Shown, since registrations answer 202 meanwhile.
    // A question to the server: a connection that stands says nothing of one that hangs.
    temporal: () =>
      temporal.withDeadline(Date.now() + CHECK_LIMIT_MS, () => temporal.workflowService.getSystemInfo({})),
  })
  const system: Route[] = [
    route({
      method: 'get',
      base: '',
      path: '/health/live',
      summary: 'The process answers',
      auth: 'none',
      responses: { 200: z.object({ status: z.literal('ok') }) },
      handle: async () => ok({ status: 'ok' }),
    }),
    route({
      method: 'get',
      base: '',
      path: '/health/ready',
      summary: 'What it needs answers too',
      auth: 'none',
      responses: { 200: Readiness, 503: Readiness },
      handle: async () => {
        const results = await Promise.all(
          Object.entries(checks()).map(async ([name, check]) => [name, await outcome(check)] as const),
        )
        const ready = !stopping() && results.every(([, r]) => r.status === 'ok')
        return {
          status: ready ? 200 : 503,
          body: { status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(results) },
          ...(!ready && { headers: { 'Retry-After': '2' } }),
        }
      },
    }),
    route({
      method: 'get',
      base: '',
      path: '/.well-known/jwks.json',
      summary: 'Public keys of the access tokens',
      auth: 'none',
      responses: { 200: Jwks },
      handle: async () => ok(await tokens.jwks(), { headers: { 'Cache-Control': 'public, max-age=300' } }),
    }),
    route({
      method: 'get',
      base: '',
      path: '/openapi.json',
      summary: 'This document',
      auth: 'none',
      responses: { 200: z.looseObject({}) },
      handle: async () => ok(openapi),
    }),
    ...docsRoutes(),
  ]
  const openapi = document([...described, ...system.filter((r) => !r.path.startsWith('/docs/'))], version)
  return system
}

async function outcome(check: () => Promise<unknown>): Promise<{ status: 'ok' | 'unavailable'; detail?: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('late')), CHECK_LIMIT_MS)))
  try {
    await Promise.race([check(), late])
    return { status: 'ok' }
  } catch {
    // No reason given: it may name hosts and users. The log has it where it matters.
    return { status: 'unavailable', detail: `no answer within ${CHECK_LIMIT_MS} ms` }
  } finally {
    clearTimeout(timer)
  }
}
