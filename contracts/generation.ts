import type { Attempt } from './attempt.ts'

/** Turns a brief into a stored script: `ai` writes, `scenarios` stores, `ai` settles. */
export const GENERATION = 'generation'

/** The brief itself stays in the row of `ai`; the script travels from `ai` to `scenarios` as an encrypted payload. */
export interface GenerationInput extends Attempt {
  readonly owner_id: string
  readonly request_id: string
  /** How long an outage of the provider is waited out, seconds. */
  readonly give_up_s: number
  /** Name of the model provider that is asked first, for operators' searches. */
  readonly provider?: string
  /** Done again in a crowd, by an operator: people who wait go first. */
  readonly bulk?: boolean
  /** One model call, milliseconds. */
  readonly call_timeout_ms: number
  /** The scenario that gets a new version, and the version that it must still have then. Absent: a new scenario. */
  readonly scenario_id?: string
  readonly base_version?: number
  readonly template_id?: string
  /** Only this scene is written anew. */
  readonly scene_id?: string
  /** What is written is shown to its author, who decides by row: nothing is stored. */
  readonly proposal?: boolean
}

export interface GenerationResult {
  readonly scenario_id: string
  /** The one that was stored, or the one that a proposal is a change of. */
  readonly version: number
  readonly proposal_url?: string
}

/** Where the author of an operation finds what was written and not stored. */
export const proposalUrl = (operationId: string): string => `/api/v1/operations/${operationId}/proposal`

/** What a client sees as `stage`, and the progress at its beginning. Long scripts are planned before and polished after. */
export const GENERATION_STAGES = { writing: 0.1, storing: 0.8 } as const
