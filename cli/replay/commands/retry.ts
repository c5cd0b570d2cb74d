import { setTimeout as sleep } from 'node:timers/promises'
import { reopenGeneration } from '../../../commands/generations.ts'
import { isRetryable } from '../../../commands/operations.ts'
import type { OperationRow } from '../../../db/operations/schema.ts'
import { above0, filterOf } from '../filter.ts'
import { chosenOfAi, requireOperation } from '../operations.ts'
import { ReplayError } from '../replay-error.ts'
import { text, type Command, type Given } from '../told.ts'

/**
 * Lets production finish failed operations: each is opened for its next attempt, with its start intent, as a person's own retry does; the
 * relay of the ai worker starts it, behind those who wait, and paid answers are used again. No money is reserved: the operator decided it.
 */
export const retry: Command = async ({ installation, words, values, say }) => {
  const { databases } = installation
  const cap = above0('--cap', text(values, 'cap') ?? '20')
  const jitterS = seconds(text(values, 'jitter') ?? '10')
  const operations: OperationRow[] =
    words.length > 0
      ? await Promise.all(words.map((word) => requireOperation(databases, word)))
      : (await chosenOfAi(databases, { status: 'failed', ...filterOf(values) })).map(({ row }) => row)
  const fit = operations.filter(isRetryable)
  const chosen = fit.slice(0, cap)
  say(`${operations.length} operations, ${fit.length} can be tried again, ${chosen.length} within the cap of ${cap}`)
  for (const { id, error_code, stage, attempt } of chosen)
    say(`  ${id}  ${error_code ?? 'cancelled'}  ${stage}  attempt ${attempt}`)
  const facts = { operations: operations.length, retryable: fit.length, chosen: chosen.map(({ id }) => id) }
  if (values['yes'] !== true)
    return {
      json: { ...facts, done: false },
      lines: ['Dry run: nothing was done. Add --yes --reason "<why>" to do it.'],
    }
  const reason = requireReason(values)
  const opened: { id: string; attempt: number }[] = []
  for (const { id } of chosen) {
    await sleep((Math.random() * jitterS * 1_000) / chosen.length)
    const row = await databases.ai.transaction().execute((trx) => reopenGeneration(trx, id, { by: 'operator', reason }))
    if (row) opened.push({ id, attempt: row.attempt })
    say(row ? `  ${id} attempt ${row.attempt}: ${reason}` : `  ${id} is open already`)
  }
  return { json: { ...facts, done: true, opened, reason }, lines: [] }
}

/** @throws ReplayError */
export function requireReason(values: Given['values']): string {
  const reason = text(values, 'reason')
  if (reason) return reason
  throw new ReplayError('--reason is needed: it is what the next one who looks will want to know')
}

function seconds(word: string): number {
  const value = Number(word)
  if (Number.isFinite(value) && value >= 0) return value
  throw new ReplayError('--jitter must be a number of seconds')
}
