import { DraftError } from '../script/draft.ts'
import type { Message } from './task.ts'

/** Words in a row that nobody writes twice by chance. */
const SHINGLE = 8

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

function shinglesOf(text: string): Set<string> {
  const words = wordsOf(text)
  return new Set(
    Array.from({ length: Math.max(0, words.length - SHINGLE + 1) }, (_, i) => words.slice(i, i + SHINGLE).join(' ')),
  )
}

/** Every text in an answer, however it is nested. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

/**
 * An answer that repeats our instructions is no script: it is thrown away like any other that cannot be used. What the person wrote
 * too is theirs. A translation or a paraphrase is not noticed; instructions hold no secrets for that reason.
 * @throws DraftError
 */
export function refuseLeak(output: unknown, messages: readonly Message[]): void {
  const said = (role: Message['role']) =>
    shinglesOf(
      messages
        .filter((m) => m.role === role)
        .map((m) => m.content)
        .join('\n'),
    )
  const ours = said('system')
  const repeated = textsOf(output).flatMap((text) => [...shinglesOf(text)].filter((shingle) => ours.has(shingle)))
  if (repeated.length === 0) return
  const theirs = said('user')
  if (repeated.some((shingle) => !theirs.has(shingle))) throw new DraftError('the answer repeats our instructions')
}
