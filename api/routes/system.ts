import { sql } from 'kysely'
import { z } from 'zod'
import { databaseFault } from '../../db/faults.ts'
import { within } from '../../doctor/finding.ts'
import { inWords, type Code } from '../../doctor/words.ts'
import type { Service } from '../../services.ts'
import { faultOf } from '../../temporal/admission.ts'
import type { ApiDeps } from '../context.ts'
import { docsRoutes } from './docs.ts'
import { document } from '../http/openapi.ts'
import { ok, route, type Route } from '../http/route.ts'
import { version } from '../../telemetry/version.ts'

const CHECK_LIMIT_MS = 2_000

/** `degraded`: it serves, and something of what it does waits or is refused. */
const State = z.enum(['ok', 'degraded', 'unavailable'])
const Readiness = z.object({
  status: State,
  checks: z.record(
    z.string(),
    z.object({
      status: State,
      reason: z.string().optional().describe('What is wrong, in a word: `database_missing`, `namespace_missing` …'),
      detail: z.string().optional().describe('The same in words, and what to do'),
    }),
  ),
})
type Checked = z.infer<typeof Readiness>['checks'][string]
const Jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })

/** The routes without prefix: health, keys, documentation. `described` are the others, for the OpenAPI document. */
export function systemRoutes(
  { config, databases, temporal, tokens, passwords, stopping }: ApiDeps,
  described: readonly Route[],
): Route[] {
  // In a transaction, and of a table: a pooler that refuses those, and a database without tables, answer `select 1`.
  const askDatabase = (service: Service) =>
    databases[service].transaction().execute((trx) => sql`select from operations limit 0`.execute(trx))
  // A question to the server: a connection that stands says nothing of one that hangs.
  const askTemporal = () =>
    temporal.withDeadline(Date.now() + CHECK_LIMIT_MS, () =>
      temporal.workflowService.describeNamespace({ namespace: config.TEMPORAL_NAMESPACE }),
    )
  const checks = (): Record<string, Promise<Checked>> => ({
    ...Object.fromEntries(
      config.SERVICES.map((service) => [
        `database_${service}`,
        checked('unavailable', () => askDatabase(service), databaseCode),
      ]),
    ),
    // Away is no reason to take no work: it is accepted and started later. Shown, since registrations answer 202 meanwhile.
    temporal: checked('degraded', askTemporal, (error) => `temporal.${faultOf(error, config)}`),
    ...(config.SERVICES.includes('auth') && {
      // Everything else goes on for those who are signed in.
      keys: Promise.resolve<Checked>(
        passwords.isComplete() ? { status: 'ok' } : { status: 'degraded', ...told('keys.pepper', 'pepper_missing') },
      ),
    }),
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
      summary: 'What it needs answers too: 200 also when it serves and something waits (degraded)',
      auth: 'none',
      responses: { 200: Readiness, 503: Readiness },
      handle: async () => {
        const results = Object.fromEntries(
          await Promise.all(Object.entries(checks()).map(async ([name, check]) => [name, await check] as const)),
        )
        const states = Object.values(results).map(({ status }) => status)
        const status = stopping() ? 'unavailable' : (WORST.find((state) => states.includes(state)) ?? 'ok')
        const ready = status !== 'unavailable'
        return {
          status: ready ? 200 : 503,
          body: { status, checks: results },
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

const WORST = ['unavailable', 'degraded'] as const

const databaseCode = (error: unknown): Code => `database.${databaseFault(error)}`

/** Its words without what they would name: this is read by everybody, and may say no host and no message of a server. */
const told = (code: Code, reason = code.slice(code.indexOf('.') + 1)): { reason: string; detail: string } => ({
  reason,
  detail: inWords({ code, facts: NAMELESS }, 'en'),
})
const NAMELESS = {
  at: 'its address',
  error: 'the log of the doctor says more',
  namespace: 'of that name',
  pepper: 'the one',
}

/** @param fails what it is when it does not answer, or not in time */
async function checked(
  fails: Checked['status'],
  check: () => Promise<unknown>,
  codeOf: (error: unknown) => Code,
): Promise<Checked> {
  try {
    await within(CHECK_LIMIT_MS, check())
    return { status: 'ok' }
  } catch (error) {
    return { status: fails, ...told(codeOf(error)) }
  }
}
