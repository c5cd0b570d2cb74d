import { z } from 'zod'
import type { HookVariant } from './hook-mechanisms.ts'
import type { LawId } from './law/law-ids.ts'

/** The words of a script, the same in the contract, the database, the prompts and the exports. */
export const KINDS = ['ad', 'integration', 'tutorial', 'short', 'review', 'explainer', 'other'] as const
export const PLATFORMS = ['youtube', 'shorts', 'reels', 'tiktok', 'vk', 'rutube', 'telegram', 'tv', 'other'] as const
export const BEATS = ['hook', 'problem', 'solution', 'proof', 'demo', 'offer', 'cta', 'outro', 'free'] as const
export const AUDIO_TYPES = ['vo', 'dialog', 'sfx', 'music'] as const
export const STATUSES = ['draft', 'in_progress', 'completed', 'archived'] as const
export const SOURCES = ['human', 'ai', 'mixed'] as const

export type Kind = (typeof KINDS)[number]
export type Platform = (typeof PLATFORMS)[number]
export type Beat = (typeof BEATS)[number]
export type ScenarioStatus = (typeof STATUSES)[number]
export type Source = (typeof SOURCES)[number]

/** Rows of a script: at one for each picture of two seconds, over an hour. More cost every reader seconds and no camera needs them. */
export const MAX_ROWS = 2_000
/** Characters of one spoken text: a plain text of one paragraph is one row. */
export const MAX_SPOKEN = 200_000

/** At most so many characters as people count them: code points. */
const upTo = (max: number) =>
  z
    .string()
    .meta({ maxLength: max })
    .refine((s) => s.length <= max || (s.length <= 2 * max && [...s].length <= max), 'is too long')

/** One thing that is heard: spoken words (`vo`, `dialog`), a sound (`sfx`) or music. */
export const Audio = z.strictObject({
  speaker: upTo(100),
  type: z.enum(AUDIO_TYPES),
  text: upTo(MAX_SPOKEN),
})
export type Audio = z.infer<typeof Audio>

/** Whether words are spoken: these take time and are subtitled. */
export const isSpoken = (audio: Pick<Audio, 'type'>): boolean => audio.type === 'vo' || audio.type === 'dialog'

/** One row of the two-column script: what is seen on the left, what is heard on the right. `duration_s`: planned seconds. */
export const Row = z.strictObject({
  id: z.uuid(),
  visual: upTo(5_000),
  audio: z.array(Audio).max(50),
  on_screen_text: upTo(500).nullable(),
  duration_s: z.number().min(0).max(3_600),
})
export type Row = z.infer<typeof Row>

/**
 * A scene: rows under one heading that serve one beat. A locked scene is never rewritten by a generation. `written_from`: the brief that a
 * model wrote it from (`commands/brief.ts`), or that its author found it to fit.
 */
export const Scene = z.strictObject({
  id: z.uuid(),
  heading: upTo(200),
  beat: z.enum(BEATS),
  locked: z.boolean(),
  rows: z.array(Row).max(MAX_ROWS),
  written_from: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'brief_hash')
    .optional(),
})
export type Scene = z.infer<typeof Scene>

/** What a person asks for. The language is that of the script, `target_duration_s` in seconds. */
export interface GenerationRequest {
  readonly brief: string
  readonly kind?: Kind
  readonly platform?: Platform
  readonly language?: string
  readonly tone?: readonly string[]
  readonly audience?: string
  readonly target_duration_s?: number
  readonly cta?: string
  readonly must_include?: readonly string[]
  readonly must_avoid?: readonly string[]
  /** How many hooks to choose from, 1 to 3. */
  readonly hooks?: number
  /** What it may cost at most, millionths: what could cost more is refused. */
  readonly max_cost_micros?: number
  /** The pace of who orders it, milliseconds a character, when it is not the usual one. */
  readonly reading_ms_per_char?: number
}

/**
 * What a template adds to an order that does not say it by itself. Its `instructions` are words of a person: data, never
 * instructions to a model.
 */
export interface TemplateFacts {
  readonly id: string
  readonly version: number
  readonly kind: Kind
  readonly platform: Platform
  readonly tone: readonly string[]
  readonly target_duration_s: number
  readonly beats: readonly { readonly beat: Beat; readonly share: number }[]
  readonly cta: string
  readonly language: string
  readonly must_avoid: readonly string[]
  readonly instructions: string
}

/** A scenario as a generation builds on it. */
export interface BaseScript {
  readonly title: string
  readonly language: string
  readonly kind: Kind
  readonly platform: Platform
  readonly target_duration_s: number
  readonly scenes: readonly Scene[]
  readonly tone: readonly string[]
  readonly audience: string
  readonly cta: string
  readonly disclosure: string | null
  readonly must_include: readonly string[]
  readonly must_avoid: readonly string[]
  readonly order_facts?: readonly string[] | null
  readonly reading_ms_per_char?: number | null
}

/** What a generation works with beside the order; read by `scenarios`, which owns it. */
export interface GenerationContext {
  readonly template: TemplateFacts | null
  readonly base: BaseScript | null
}

/** Titles for a brief or for a script. */
export interface TitleRequest {
  readonly brief: string
  readonly count: number
  readonly language: string
}

/** One scene anew, as a note asks. */
export interface SceneRequest {
  readonly scene_id: string
  readonly note: string
  /** Nothing is stored. Rows of before have no such field. */
  readonly proposal?: boolean
}

export interface Title {
  readonly text: string
  /** Code points. */
  readonly chars: number
}

/** A scene as the model writes it: without ids, locks and the name of its brief, which code gives (`script/draft.ts`). */
export type DraftScene = Omit<Scene, 'id' | 'locked' | 'rows' | 'written_from'> & { rows: Omit<Row, 'id'>[] }

/**
 * A finished piece of writing on its way from the model to the store. Travels as an encrypted payload,
 * so it stays under `MAX_DRAFT_BYTES` of JSON.
 */
export interface ScriptDraft {
  readonly title: string
  readonly description: string | null
  readonly language: string
  readonly kind: Kind
  readonly platform: Platform
  readonly tone: readonly string[]
  readonly audience: string
  readonly target_duration_s: number
  readonly hook: string
  /** First sentences to choose from, when the order asked for some. */
  readonly hook_variants?: readonly HookVariant[]
  readonly cta: string
  readonly scenes: readonly DraftScene[]
  /** What was asked to be said and avoided: the checks of the scenario look for these. */
  readonly must_include?: readonly string[]
  readonly must_avoid?: readonly string[]
  /** What the order states exactly, in its words: nothing else of that kind may stand in the script. Absent in older drafts. */
  readonly order_facts?: readonly string[]
  /** Ids of the rows of the advertising law that apply (`script/law`). Absent in older drafts: the kind decides. */
  readonly laws?: readonly LawId[]
  readonly reading_ms_per_char?: number
  /** Written by the demo provider: shown wherever the script is. */
  readonly is_demo: boolean
}

/** Above this a value travels by reference to a row instead of as a payload (Temporal warns at 512 KiB and fails at 2 MiB). */
export const MAX_DRAFT_BYTES = 200_000
