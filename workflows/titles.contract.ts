import type { GenerationInput } from './generation.contract.ts'

/** A slate of titles for a brief or a script: `ai` alone. */
export const TITLES = 'titles'

export const titlesId = (id: string): string => `title-${id}`

export type TitlesInput = Pick<
  GenerationInput,
  'operation_id' | 'owner_id' | 'request_id' | 'give_up_s' | 'call_timeout_ms' | 'provider' | 'bulk'
>
