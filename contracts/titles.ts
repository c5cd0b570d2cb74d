import type { Title } from '../script/script.ts'
import type { GenerationInput } from './generation.ts'

/** A slate of titles for a brief or a script: `ai` alone. */
export const TITLES = 'titles'

/** What a client sees as `stage`, and the progress at its beginning. */
export const TITLES_STAGES = { writing: 0.1 } as const

/** What is shown of the operation when it has succeeded. */
export interface TitlesResult {
  readonly titles: readonly Title[]
}

export type TitlesInput = Pick<
  GenerationInput,
  'operation_id' | 'attempt' | 'owner_id' | 'request_id' | 'give_up_s' | 'call_timeout_ms' | 'provider' | 'bulk'
>
