import type { Transaction } from 'kysely'
import type { Executor } from '../db/connection.ts'
import { requestFacts } from '../script/facts.ts'
import type { GenerationContext, GenerationRequest } from '../script/script.ts'
import { budgetOf, type Config } from '../config.ts'
import { spentOn } from '../db/ai/calls.ts'
import { findGeneration, findRequest, insertGeneration, type NewGeneration } from '../db/ai/generations.ts'
import { committedMicros, countOpen, periodOf, reachPercents, reserve, settle } from '../db/ai/ledger.ts'
import { appendEnd, appendOperationEvents } from '../db/ai/operation-events.ts'
import type { AiDb, GenerationOrder } from '../db/ai/schema.ts'
import { reopenAccepted } from '../db/operations/intents.ts'
import { finishOperation, type Outcome } from '../db/operations/operations.ts'
import type { OperationRow } from '../db/operations/schema.ts'
import { fail, type ErrorCode } from '../errors/errors.ts'
import { appendEvent } from '../events/outbox.ts'
import { proposalUrl, type GenerationResult } from '../contracts/generation.ts'
import type { Attempt } from '../contracts/attempt.ts'
import { estimateMicros, leastMicros, mostMicros } from '../llm/estimate.ts'
import { observe } from '../telemetry/tally.ts'
import { withContext } from '../writing/tasks/script.ts'
import { worstCase } from '../writing/worst-case.ts'

/** Operations that a person may have waiting or at work, before RATE_LIMIT_SCALE: more is no person. */
const MAX_OPEN = 20

const queued = (attempt: number) => ({ type: 'stage', data: { stage: 'queued', progress: 0, attempt } }) as const

/**
 * Writes what goes with an accepted operation of `ai`, in its transaction: the order, the money set aside, the event.
 * @throws AppError ai.budget_exhausted, rate.limited
 */
export async function openGeneration(
  trx: Transaction<AiDb>,
  config: Config,
  generation: NewGeneration,
  requestId: string,
): Promise<void> {
  const { operation_id, owner_id, mode, request } = generation
  // In this order, and at once: the reservation makes a person's requests take turns, so that each counts those before it and not itself.
  // What a refused one has written goes with its transaction.
  await Promise.all([
    reserveEstimate(trx, config, { operation_id, owner_id, attempt: 1 }, request),
    countOpen(trx, owner_id).then((open) => refuseMany(open, config)),
    insertGeneration(trx, generation, queued(1)),
    mode === 'titles' || appendEvent(trx, 'generation_started', { operation_id, owner_id }, requestId),
  ])
}

/** What a script would cost its person, millionths, and whether its order would be accepted now. */
export interface Estimate {
  readonly low: number
  readonly high: number
  /** Left of the month's budget. */
  readonly remaining: number
  readonly fits: boolean
}

/** What an order costs at most, millionths, whatever goes wrong with it. */
const mostOf = (config: Config, request: GenerationRequest, context: GenerationContext): number =>
  mostMicros(config.providers, {
    ...worstCase(request, context, config.AI_REPAIR_ROUNDS),
    silences: Math.ceil((config.AI_GIVE_UP_S * 1000) / config.AI_FIRST_TOKEN_MS) + config.providers.length,
  })

/**
 * Refuses what could cost more than its person allows, before anything is spent.
 * @param spent by attempts before
 * @throws AppError ai.cap_exceeded
 */
export function holdCap(config: Config, request: GenerationRequest, context: GenerationContext, spent = 0): void {
  const { max_cost_micros: cap } = request
  if (cap !== undefined && spent + mostOf(config, request, context) > cap) fail('ai.cap_exceeded')
}

/** Says what `openGeneration` would do, and changes nothing. */
export async function estimateGeneration(
  db: Executor<AiDb>,
  config: Config,
  ownerId: string,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<Estimate> {
  const committed = await committedMicros(db, ownerId, periodOf(new Date()))
  const open = await countOpen(db, ownerId)
  const { providers } = config
  const price = providers[0]?.price
  const amount = estimateMicros(price, request)
  const budget = budgetOf(config)
  const high = mostOf(config, request, context)
  return {
    low: leastMicros(price, withContext(request, context)),
    high,
    remaining: Math.max(0, budget - committed),
    fits:
      (amount === 0 || committed + amount <= budget) &&
      open < maxOpen(config) &&
      high <= (request.max_cost_micros ?? high),
  }
}

/** A person's own retry sets money aside anew; an operator has decided that it is paid for. */
export type Reopening =
  { readonly by: 'person'; readonly config: Config } | { readonly by: 'operator'; readonly reason: string }

/**
 * Opens a failed or cancelled one for its next attempt, with the intent to start it; those who watch start over, and paid answers are used
 * again. An operator's are started behind those of people who wait.
 * @returns undefined when it is neither failed nor cancelled
 * @throws AppError ai.budget_exhausted, ai.cap_exceeded, operation.not_retryable when its texts have had their time
 */
export async function reopenGeneration(
  trx: Transaction<AiDb>,
  id: string,
  how: Reopening,
): Promise<OperationRow | undefined> {
  const row = await reopenAccepted(trx, id, how.by === 'operator' ? how.reason : undefined)
  if (!row) return undefined
  const { owner_id, attempt } = row
  const { request } = (await findGeneration(trx, id)) ?? fail('operation.not_found')
  if (Object.keys(request).length === 0) fail('operation.not_retryable')
  if (how.by === 'person') {
    // What is paid for is used again; what it is written over may be longer by now, but not by much.
    if ('max_cost_micros' in request)
      holdCap(how.config, request as GenerationRequest, { template: null, base: null }, await spentOn(trx, id))
    await reserveEstimate(trx, how.config, { operation_id: id, owner_id, attempt }, request)
  }
  await appendOperationEvents(trx, id, [{ type: 'attempt_reset', data: { attempt } }, queued(attempt)])
  return row
}

/**
 * Ends an attempt, in one transaction with what goes with it: the money is settled, those who watch are told, and the other services by an
 * event. A budget that is nearly or wholly spent by it is told of too.
 * @param budget of a person for a month, millionths
 * @returns undefined when it had ended before: then nothing is written
 */
export async function endGeneration(
  trx: Transaction<AiDb>,
  at: Attempt,
  outcome: Outcome,
  budget: number,
): Promise<OperationRow | undefined> {
  const id = at.operation_id
  const ended = await finishOperation(trx, at, await withProposal(trx, id, outcome))
  if (!ended) return undefined
  const [months] = await Promise.all([
    settle(trx, id),
    appendEnd(trx, ended),
    timeScript(trx, ended),
    // Titles are asked for and waited for: nobody is told of them.
    ended.kind === 'generation' && publishEnd(trx, ended),
  ])
  for (const reached of await reachPercents(trx, months, budget)) await appendEvent(trx, 'budget_spent', reached)
  return ended
}

/** How long a script took, by how long it is: a minute is one call, half an hour is twenty. */
async function timeScript(
  trx: Transaction<AiDb>,
  { id, kind, status, attempt, created_at, finished_at }: OperationRow,
) {
  if (kind !== 'generation' || status !== 'succeeded' || attempt > 1 || !finished_at) return
  const request = await findRequest(trx, id)
  if (!request || !('brief' in request)) return
  const { target_duration_s: asked } = requestFacts(request as GenerationRequest)
  const length = asked <= 60 ? 'short' : asked <= 300 ? 'medium' : 'long'
  observe('scenor_generation_seconds', { length }, (finished_at.getTime() - created_at.getTime()) / 1000)
}

/** What was written for a version that is gone is not thrown away: its author may fetch it. */
async function withProposal(trx: Transaction<AiDb>, id: string, outcome: Outcome): Promise<Outcome> {
  if (outcome.status !== 'failed' || outcome.code !== 'ai.base_version_changed') return outcome
  const generation = await findGeneration(trx, id)
  return generation?.draft ? { ...outcome, result: { proposal_url: proposalUrl(id) } } : outcome
}

function publishEnd(trx: Transaction<AiDb>, ended: OperationRow): Promise<void> {
  const { id: operation_id, owner_id, request_id } = ended
  switch (ended.status as Outcome['status']) {
    case 'succeeded': {
      const { proposal_url, ...result } = ended.result as GenerationResult
      const proposal = proposal_url !== undefined && { proposal: true as const }
      return appendEvent(trx, 'generation_succeeded', { operation_id, owner_id, ...result, ...proposal }, request_id)
    }
    case 'cancelled':
      return appendEvent(trx, 'generation_cancelled', { operation_id, owner_id }, request_id)
    case 'failed':
      return appendEvent(
        trx,
        'generation_failed',
        { operation_id, owner_id, code: ended.error_code as ErrorCode },
        request_id,
      )
  }
}

const maxOpen = ({ RATE_LIMIT_SCALE }: Config): number => Math.max(1, Math.round(MAX_OPEN * RATE_LIMIT_SCALE))

function refuseMany(open: number, config: Config): void {
  const max = maxOpen(config)
  if (open >= max)
    fail('rate.limited', {
      headers: { 'Retry-After': '10', RateLimit: '"open";r=0;t=10', 'RateLimit-Policy': `"open";q=${max};w=10` },
    })
}

async function reserveEstimate(
  trx: Transaction<AiDb>,
  config: Config,
  reservation: { operation_id: string; owner_id: string; attempt: number },
  request: GenerationOrder,
): Promise<void> {
  const amount_micros = estimateMicros(config.providers[0]?.price, request)
  if (!(await reserve(trx, { ...reservation, amount_micros }, budgetOf(config)))) fail('ai.budget_exhausted')
}
