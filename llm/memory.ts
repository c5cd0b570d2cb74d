import { createHash } from 'node:crypto'
import { z } from 'zod'
import { firstOffer, type Negotiated } from './negotiated.ts'
import type { ProviderQuirks } from './providers.ts'
import type { ProviderSettings } from './settings.ts'

/** Where what is learned about servers outlasts the process. */
export interface ProviderMemory {
  recall(server: string): Promise<Readonly<Record<string, unknown>>>
  keep(server: string, learned: Readonly<Record<string, unknown>>): Promise<void>
}

/** One server and model, whatever they are called: another model takes other things. Hashed, since an address may hold a password. */
export const serverOf = ({ kind, base_url, endpoint, model }: ProviderSettings): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, base_url, endpoint, model]))
    .digest('hex')

const Learned = z
  .object({
    output_mode: z.string(),
    stream: z.boolean(),
    stream_usage: z.boolean(),
    token_limit: z.enum(['max_tokens', 'max_completion_tokens']).nullable(),
    max_tokens: z.int().positive().nullable(),
    raised: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  })
  .partial()

/** What is tried first where this was learned before. What this code does not know any more is not believed. */
export function offerWith(quirks: ProviderQuirks, learned: Readonly<Record<string, unknown>>): Negotiated {
  const first = firstOffer(quirks)
  const { output_mode, ...known } = Learned.safeParse(learned).data ?? {}
  const mode = quirks.output_modes.find((m) => m === output_mode)
  const said = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  return { ...first, ...said, ...(mode && { output_mode: mode }) }
}
