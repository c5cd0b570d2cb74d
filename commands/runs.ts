import type { Kysely } from 'kysely'
import { findGeneration } from '../db/ai/generations.ts'
import type { CallRow } from '../db/ai/calls.ts'
import type { AiDb } from '../db/ai/schema.ts'
import type { Keys } from '../keys/keys.ts'
import { openText } from '../keys/seal.ts'
import type { GenerationRequest } from '../script/script.ts'
import { draftChecks } from '../writing/repair.ts'

/** What the checks say of the finished script, as its scenario would show them; null: no script was finished or asked for. */
export async function checksOf(ai: Kysely<AiDb>, id: string) {
  const generation = await findGeneration(ai, id)
  if (generation?.mode !== 'script' || !generation.draft || 'scene' in generation.draft) return null
  return draftChecks(generation.draft, generation.request as GenerationRequest)
}

/** A sealed text, or why it cannot be read. */
export function opened(sealed: Buffer, keys: Pick<Keys, 'payload'>): string {
  try {
    return openText(sealed, keys.payload)
  } catch {
    return '(sealed by a key that is not here)'
  }
}

export interface Said {
  readonly role: string
  readonly content: string
}

/** @returns a text that is no list of messages as one */
function parsed(text: string): Said[] {
  try {
    return JSON.parse(text) as Said[]
  } catch {
    return [{ role: 'texts', content: text }]
  }
}

/** What a model was asked and what it said: people's words. Null where there is none, or its time is over. */
export const textsOf = (
  { messages, answer }: Pick<CallRow, 'messages' | 'answer'>,
  keys: Pick<Keys, 'payload'>,
): { readonly messages: Said[] | null; readonly answer: string | null } => ({
  messages: messages.length === 0 ? null : parsed(opened(messages, keys)),
  answer: answer && opened(answer, keys),
})
