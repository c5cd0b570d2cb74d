import { patched, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import type { ErrorCode } from '../errors.ts'
import { searchAttribute } from './search-attributes.ts'

/**
 * Lets operators find a run by where and why it failed. Here alone: an upsert is an action, and a success has none to spare. Runs that
 * began before there was this replay without it.
 */
export function failedAt(stage: string, code: ErrorCode): void {
  if (!patched('failed-at')) return
  setCurrentDetails(`failed at ${stage}: ${code}`)
  upsertSearchAttributes([searchAttribute('ScenorStage', stage), searchAttribute('ScenorError', code)])
}
