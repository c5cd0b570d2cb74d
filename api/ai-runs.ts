import type { Transaction } from 'kysely'
import type { Config } from '../config.ts'
import { appendEvents } from '../db/ai/events.ts'
import { findGeneration, insertGeneration } from '../db/ai/generations.ts'
import { countOpen, reserve } from '../db/ai/ledger.ts'
import type { AiDb, RunMode, RunRequest } from '../db/ai/schema.ts'
import type { AcceptTables, OperationRow } from '../db/operations/schema.ts'
import { fail } from '../errors.ts'
import { appendEvent } from '../events/outbox.ts'
import { budgetOf } from '../models/budget.ts'
import { estimateMicros } from '../models/estimate.ts'

/** Operations that a person may have waiting or at work, before RATE_LIMIT_SCALE: more is no person. */
const MOST_OPEN = 20

export interface NewRun {
  readonly operation_id: string
  readonly owner_id: string
  readonly mode: RunMode
  readonly request: RunRequest
  readonly scenario_id?: string | undefined
  readonly base_version?: number | undefined
  readonly template_id?: string | undefined
}

const acceptTables = (trx: Transaction<AiDb>) => trx as unknown as Transaction<AcceptTables>

/**
 * Writes what goes with an accepted operation of `ai`, in its transaction: the order, the money set aside, the event.
 * @throws AppError ai.budget_exhausted, rate.limited
 */
export async function openRun(trx: Transaction<AiDb>, config: Config, run: NewRun, requestId: string): Promise<void> {
  const { operation_id, owner_id, mode, request } = run
  const most = Math.max(1, Math.round(MOST_OPEN * config.RATE_LIMIT_SCALE))
  const open = await countOpen(trx, owner_id)
  if (open >= most)
    fail('rate.limited', {
      headers: { 'Retry-After': '10', RateLimit: '"open";r=0;t=10', 'RateLimit-Policy': `"open";q=${most};w=10` },
    })
  await reserveFor(trx, config, { operation_id, owner_id, attempt: 1 }, request)
  await insertGeneration(
    trx,
    {
      operation_id,
      owner_id,
      mode,
      request,
      scenario_id: run.scenario_id ?? null,
      base_version: run.base_version ?? null,
      template_id: run.template_id ?? null,
    },
    queued(1),
  )
  if (mode !== 'titles')
    await appendEvent(acceptTables(trx), 'generation_started', { operation_id, owner_id }, requestId)
}

/** The next attempt: money is set aside anew, and whoever watches starts over. */
export async function reopenRun(trx: Transaction<AiDb>, row: OperationRow, config: Config): Promise<void> {
  const { id, owner_id, attempt } = row
  const generation = (await findGeneration(trx, id)) ?? fail('operation.not_found')
  await reserveFor(trx, config, { operation_id: id, owner_id, attempt }, generation.request)
  await appendEvents(trx, id, [{ type: 'attempt_reset', data: { attempt } }, queued(attempt)])
}

const queued = (attempt: number) => ({ type: 'stage', data: { stage: 'queued', progress: 0, attempt } }) as const

async function reserveFor(
  trx: Transaction<AiDb>,
  config: Config,
  reservation: { operation_id: string; owner_id: string; attempt: number },
  request: RunRequest,
): Promise<void> {
  const amount_micros = estimateMicros(config.providers[0]?.price, request)
  const limit = budgetOf(config)
  if (!(await reserve(trx, { ...reservation, amount_micros }, limit))) fail('ai.budget_exhausted')
}
