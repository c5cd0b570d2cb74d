import type { ErrorCode } from './errors.ts'

/** Which part of docs/runbooks.md a failed operation belongs to. */
const PARTS: Partial<Record<ErrorCode, string>> = {
  'ai.provider_unavailable': 'providerdown',
  'ai.provider_rejected': 'providerdown',
  'ai.quota': 'providerdown',
  'ai.timeout': 'modelsilent',
  'ai.output_invalid': 'paidinvain',
  'ai.refused': 'refusalsrise',
  'ai.budget_exhausted': 'budgetsrefuse',
  'internal.error': 'internalerrors',
}

export function runbookOf(code: string | null, stuck: boolean): string | null {
  const part = stuck ? 'operationstuck' : PARTS[code as ErrorCode]
  return part === undefined ? null : `docs/runbooks.md#${part}`
}
