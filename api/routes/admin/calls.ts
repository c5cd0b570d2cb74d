import { randomUUID } from 'node:crypto'
import { demoTask, limitOf, messagesOf } from '../../../commands/repeated-calls.ts'
import { taskQueue } from '../../../contracts/queues.ts'
import { REPEAT, type Repeated, type RepeatInput } from '../../../contracts/repeat.ts'
import { listCalls } from '../../../db/ai/calls.ts'
import { findGeneration } from '../../../db/ai/generations.ts'
import { recordSecurityEvent } from '../../../db/auth/security-events.ts'
import { findListed } from '../../../db/listed-operations.ts'
import { fail } from '../../../errors/errors.ts'
import { costMicros, CURRENCY } from '../../../llm/prices.ts'
import { ownedBy } from '../../../temporal/start.ts'
import { outputTokens } from '../../../writing/tasks/script.ts'
import type { ApiDeps } from '../../context.ts'
import { originOf } from '../../http/origin.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { CallOffers, CallParams, RepeatBody, RepeatedCall } from '../../schemas/admin.ts'

/** With what is around it under what an answer may take (`TIME_LIMIT_MS` of the pipeline). */
const MOST_MS = 28_000

/** A call of a model again, by whichever provider: what `npm run replay -- step` does. The workers ask it: the API has no keys for it. */
export function adminCallRoutes(deps: ApiDeps): Route[] {
  const { config, databases, keys, temporal } = deps
  const find = async ({ id, call_id }: { id: string; call_id: string }) => {
    const { row, service } = (await findListed(databases, id)) ?? fail('operation.not_found')
    if (service !== 'ai') fail('operation.not_found')
    const generation = (await findGeneration(databases.ai, id)) ?? fail('operation.not_found')
    const call = (await listCalls(databases.ai, id)).find((one) => one.id === call_id) ?? fail('operation.not_found')
    return { row, generation, call }
  }
  /** Each once, a token of input a character: more than it will be. */
  const offersOf = ({ generation, call }: Awaited<ReturnType<typeof find>>) => {
    const hasTexts = call.messages.length > 0
    const read = hasTexts ? messagesOf(call, keys).reduce((sum, { content }) => sum + content.length, 0) : 0
    const written = limitOf(call) ?? outputTokens(0)
    const models = (hasTexts ? config.providers : []).map(({ name, model, price }) => ({
      ...{ provider: name, model, priced: price !== undefined },
      cost_micros_high: costMicros(price, read, written),
    }))
    const demo = { provider: 'demo', model: 'demo', priced: true, cost_micros_high: 0 }
    return Object.keys(generation.request).length > 0 && demoTask(generation, call.step) ? [...models, demo] : models
  }
  const one = { auth: 'admin', missing: 'operation.not_found', params: CallParams } as const

  return [
    route({
      ...one,
      method: 'get',
      path: '/admin/operations/{id}/calls/{call_id}/offers',
      summary: 'Who could be asked this again, and what it would cost at most',
      responses: { 200: CallOffers },
      handle: async ({ params }) => ok({ currency: CURRENCY, items: offersOf(await find(params)) }),
    }),
    route({
      ...one,
      method: 'post',
      path: '/admin/operations/{id}/calls/{call_id}/repeat',
      summary: 'Ask it again; nothing is stored but the reason, among the person’s security events',
      body: RepeatBody,
      responses: { 200: RepeatedCall },
      errors: ['validation.failed', 'operation.not_retryable', 'ai.cap_exceeded', 'ai.timeout'],
      handle: async (request) => {
        const { params, body, user } = request
        const found = await find(params)
        const offer =
          offersOf(found).find(({ provider }) => provider === body.provider) ??
          fail('validation.failed', { errors: [{ path: '/provider', reason: 'nothing' }] })
        if (body.cap_micros !== undefined && offer.cost_micros_high > body.cap_micros) fail('ai.cap_exceeded')
        const { row } = found
        const done = { by: user.id, to: row.id, because: body.reason }
        // Before anything is asked or shown: nobody does it without.
        const event = { kind: 'call_repeated_by_admin', account_id: row.owner_id, done } as const
        await recordSecurityEvent(databases.auth, event, originOf(request))
        const limit_ms = Math.min(config.AI_TIMEOUT_MS, MOST_MS)
        const input: RepeatInput = { operation_id: row.id, call_id: params.call_id, provider: body.provider, limit_ms }
        const repeated = await temporal.workflow
          .execute<(input: RepeatInput) => Promise<Repeated>>(REPEAT, {
            workflowId: `repeat-${randomUUID()}`,
            taskQueue: taskQueue('ai', config.TASK_QUEUE_SUFFIX),
            args: [input],
            workflowExecutionTimeout: limit_ms + 5_000,
            // With the person its history goes too.
            typedSearchAttributes: ownedBy(REPEAT, row.owner_id),
          })
          .catch((error: unknown) => fail('ai.timeout', { source: 'operation', cause: error }))
        const { answer, differences } = repeated
        return ok({
          ...{ currency: CURRENCY, ...repeated, answer: answer === null ? null : JSON.stringify(answer, null, 2) },
          differences: differences && [...differences],
        })
      },
    }),
  ]
}
