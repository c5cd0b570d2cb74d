import { isGrpcServiceError } from '@temporalio/client'

/** What keeps the Temporal server from answering, as health, the doctor and commands name it. */
export type TemporalFault =
  | 'unreachable'
  | 'no_answer'
  | 'not_trusted'
  | 'namespace_missing'
  | 'execution_missing'
  | 'not_allowed'
  | 'overloaded'
  | 'too_old'
  | 'unknown'

/** gRPC's codes (grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const BY_CODE: Readonly<Record<number, TemporalFault>> = {
  4: 'no_answer',
  5: 'execution_missing',
  7: 'not_allowed',
  8: 'overloaded',
  12: 'too_old',
  14: 'unreachable',
  16: 'not_allowed',
}

/** What the client makes of some of gRPC's errors. */
const BY_NAME: Readonly<Record<string, TemporalFault>> = {
  NamespaceNotFoundError: 'namespace_missing',
  WorkflowNotFoundError: 'execution_missing',
}

/** Names what is wrong; the client wraps what gRPC says. `unknown` for anything that is not known to come from there. */
export function temporalFault(error: unknown): TemporalFault {
  if (!(error instanceof Error)) return 'unknown'
  if ((error as NodeJS.ErrnoException).code === 'ETIMEDOUT') return 'no_answer'
  if (isGrpcServiceError(error)) {
    const { code, details = '' } = error as { code: number; details?: string }
    if (/certificate|\bTLS\b|\bSSL\b|handshake/i.test(details)) return 'not_trusted'
    if (code === 5 && /namespace/i.test(details)) return 'namespace_missing'
    return BY_CODE[code] ?? 'unknown'
  }
  const wrapped = temporalFault(error.cause)
  return wrapped === 'unknown' ? (BY_NAME[error.name] ?? 'unknown') : wrapped
}
