import type { z } from 'zod'

export interface Message {
  readonly role: 'system' | 'user'
  readonly content: string
}

/**
 * One thing asked of a model: what it is told, which shape its answer must have, and how that is read. Pure data and functions, so
 * that a run can be replayed from what was stored of it.
 */
export interface Task<T> {
  /** Names the shape in requests and the step in operators' views. */
  readonly name: string
  readonly prompt: Prompt
  /** @param marker fences what people wrote; unguessable for them */
  messages(marker: string): readonly Message[]
  readonly schema: z.ZodObject
  /** Upper limit of output tokens. */
  readonly max_output_tokens: number
  /** @throws DraftError when the answer cannot be used */
  read(output: unknown, source: { is_demo: boolean }): T
  /** What the demo provider answers, in the shape of the schema. */
  demo(): unknown
}
/** The words that a model is instructed with. Instructions only: nothing that a person wrote is ever put into them. */
export interface Prompt {
  readonly name: string
  /** From the file's first line. Raised with every change of a word: calls are compared by it. */
  readonly version: number
  /** SHA-256 of the file, so that a change without a new version shows. */
  readonly hash: string
  readonly text: string
}
