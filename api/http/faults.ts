import type { FieldError } from '../../errors/errors.ts'
import { isStreamSafe } from '../../script/nfc.ts'
import { Findings } from './findings.ts'

/** Names that mean something to every object: what copies fields by name would change the object instead. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** What Postgres or a client could not hold: NUL and lone surrogates. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/**
 * What no value of a request may hold, wherever it stands: unstorable texts, runs of marks that take seconds to normalise, numbers beyond
 * a double (`1e400`), names of the language's own.
 */
export function faultsOf(root: unknown): FieldError[] {
  const findings = new Findings()
  const look = (value: unknown): void => {
    if (findings.full) return
    if (typeof value === 'string') {
      if (!isStorable(value)) findings.add('unstorable_text')
      else if (!isStreamSafe(value)) findings.add('marks')
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) findings.add('number_range')
    } else if (Array.isArray(value)) {
      for (let i = 0; i < value.length && !findings.full; i++) findings.within(i, () => look(value[i]))
    } else if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) {
        if (findings.full) return
        if (!isStorable(key)) findings.add('unstorable_name')
        else if (FORBIDDEN.has(key)) findings.add('forbidden_name', key)
        else if (!isStreamSafe(key)) findings.add('marks', key)
        else findings.within(key, () => look((value as Record<string, unknown>)[key]))
      }
    }
  }
  look(root)
  return findings.errors
}
