import { isRefusedValue } from '../../db/connection.ts'
import { PoisonMessage } from '../envelope.ts'

/** Of Kafka: it does not take the record as it is. Whatever else it says can be otherwise a moment later. */
const REFUSED_RECORD = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']
/** Our own code fails at what the message says, and would again. */
const OF_OUR_CODE = [TypeError, RangeError, ReferenceError, SyntaxError]

/**
 * What is wrong with a message itself, so that trying again is of no use. Everything that is not listed here may pass: a server that is
 * away, reads only or is locked, a key that is being changed, a question that was refused.
 */
export function isFaultOfMessage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof PoisonMessage || isRefusedValue(error)) return true
  if (OF_OUR_CODE.some((kind) => error instanceof kind)) return true
  const { apiId, errors = [] } = error as Error & { readonly apiId?: string; readonly errors?: readonly unknown[] }
  if (apiId !== undefined && REFUSED_RECORD.includes(apiId)) return true
  return [error.cause, ...errors].some(isFaultOfMessage)
}
