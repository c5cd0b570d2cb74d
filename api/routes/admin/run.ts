import type { z } from 'zod'
import { databaseOf, retryOperation } from '../../../commands/operations.ts'
import { checksOf, textsOf } from '../../../commands/runs.ts'
import type { Shown } from '../../../commands/standings.ts'
import { traceIdOf } from '../../../commands/standings.ts'
import { findAnswers } from '../../../db/ai/answers.ts'
import { listCalls, type CallRow } from '../../../db/ai/calls.ts'
import { findGeneration } from '../../../db/ai/generations.ts'
import { listTurns } from '../../../db/ai/operation-events.ts'
import { recordSecurityEvent } from '../../../db/auth/security-events.ts'
import { findListed, type Listed } from '../../../db/listed-operations.ts'
import type { OperationRow } from '../../../db/operations/schema.ts'
import { fail } from '../../../errors/errors.ts'
import { runbookOf } from '../../../errors/runbooks.ts'
import { CURRENCY } from '../../../llm/prices.ts'
import { listExecutions } from '../../../temporal/executions-of.ts'
import { traceLink, workflowLink } from '../../../temporal/links.ts'
import type { ApiDeps } from '../../context.ts'
import { originOf } from '../../http/origin.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { AdminOperation, AdminRun, AdminTexts, Because } from '../../schemas/admin.ts'
import { OperationParams } from '../../schemas/operations.ts'
import { stopOperation } from '../../http/stop.ts'
import { presentAdminOperation, withQuietStandings } from './operations.ts'

const presentCall = (call: CallRow) => ({
  ...call,
  model: call.model_served ?? call.model,
  prompt: `${call.prompt_name} v${call.prompt_version}`,
  cost_micros: Number(call.cost_micros),
  started_at: call.started_at.toISOString(),
  has_texts: call.messages.length > 0,
})

/** What only operations of `ai` have. */
async function ofAi({ databases: { ai } }: ApiDeps, { row, service }: Listed) {
  if (service !== 'ai') return { timeline: [], calls: [], paid_steps: [], checks: [] }
  const [turns, calls, answers, checks] = await Promise.all([
    listTurns(ai, row.id),
    listCalls(ai, row.id),
    findAnswers(ai, row.id),
    checksOf(ai, row.id),
  ])
  let attempt = 1
  return {
    timeline: turns.map(({ type, data, created_at }) => {
      const said = data as { attempt?: number; stage?: string }
      attempt = said.attempt ?? attempt
      return { at: created_at.toISOString(), attempt, what: type === 'stage' ? (said.stage ?? type) : type }
    }),
    calls: calls.map(presentCall),
    paid_steps: [...answers.keys()],
    checks: (checks ?? []).map(({ check, pass, score }) => ({ check, pass, score })),
  }
}

async function presentRun(deps: ApiDeps, listed: Listed): Promise<z.input<typeof AdminRun>> {
  const { config, temporal } = deps
  const [shown] = (await withQuietStandings(deps, [listed])) as [Shown]
  const operation = presentAdminOperation(shown)
  const { id } = shown.row
  const trace = traceIdOf(shown.row)
  const [details, executions] = await Promise.all([
    ofAi(deps, listed),
    // It may be away, or have forgotten them by now; the page shows the rest.
    listExecutions(temporal, id).catch(() => null),
  ])
  return {
    operation,
    currency: CURRENCY,
    retried_because: (shown.row.input as { reason?: string } | null)?.reason ?? null,
    ...details,
    executions: executions && executions.map((one) => ({ ...one, url: workflowLink(config, id, one.run_id) })),
    workflow_url: workflowLink(config, id),
    trace_url: trace === null ? null : (traceLink(config, trace) ?? null),
    runbook: runbookOf(operation.error_code, operation.stuck),
  }
}

/** One operation, and what those may do with it who run the installation. */
export function adminRunRoutes(deps: ApiDeps): Route[] {
  const { config, databases, acceptor, keys } = deps
  const find = async (id: string): Promise<Listed> => (await findListed(databases, id)) ?? fail('operation.not_found')
  const present = async (id: string) =>
    presentAdminOperation((await withQuietStandings(deps, [await find(id)]))[0] as Shown)
  const one = { auth: 'admin', missing: 'operation.not_found', params: OperationParams } as const

  return [
    route({
      ...one,
      method: 'get',
      path: '/admin/operations/{id}',
      summary: 'All that is known of one, without a word of its person',
      responses: { 200: AdminRun },
      handle: async ({ params }) => ok(await presentRun(deps, await find(params.id))),
    }),
    route({
      ...one,
      method: 'post',
      path: '/admin/operations/{id}/texts',
      summary: 'What the person asked for and the models said; the reason is kept among the person’s security events',
      body: Because,
      responses: { 200: AdminTexts },
      handle: async (request) => {
        const { params, body, user } = request
        const { row, service } = await find(params.id)
        if (service !== 'ai') fail('operation.not_found')
        const done = { by: user.id, to: row.id, because: body.reason }
        // Before anything is read: nobody reads without it.
        await recordSecurityEvent(
          databases.auth,
          { kind: 'texts_read_by_admin', account_id: row.owner_id, done },
          originOf(request),
        )
        const [generation, calls, checks, language] = await Promise.all([
          findGeneration(databases.ai, row.id),
          listCalls(databases.ai, row.id),
          checksOf(databases.ai, row.id),
          request.language(),
        ])
        return ok({
          findings: (checks ?? []).flatMap(({ check, pass, reason }) =>
            pass ? [] : { check, reason: reason[language] },
          ),
          request: generation ? { ...generation.request } : null,
          calls: calls.map((call) => ({ id: call.id, ...textsOf(call, keys) })),
        })
      },
    }),
    route({
      ...one,
      method: 'post',
      path: '/admin/operations/{id}/retry',
      summary: 'Try a failed or cancelled one again, behind the people who wait; no money is set aside for it',
      body: Because,
      idempotent: true,
      responses: { 202: AdminOperation },
      errors: ['operation.not_retryable'],
      handle: async (request) => {
        const { params, body, once } = request
        const listed = await find(params.id)
        let reopened: OperationRow | undefined
        const answer = await once(databaseOf(databases, listed.row.kind), async (trx) => {
          reopened = await retryOperation(trx, listed.row, { config, origin: originOf(request), reason: body.reason })
          return { status: 202, body: presentAdminOperation({ ...listed, row: reopened, standing: undefined }) }
        })
        if (reopened) await acceptor.start(reopened)
        return answer
      },
    }),
    route({
      ...one,
      method: 'post',
      path: '/admin/operations/{id}/cancel',
      summary: 'Stop it, whoever asked for it',
      responses: { 202: AdminOperation },
      errors: ['operation.finished', 'operation.not_cancellable'],
      handle: async ({ params, log }) => {
        await stopOperation(deps, (await find(params.id)).row, log)
        return { status: 202, body: await present(params.id) }
      },
    }),
  ]
}
