import type { ColumnType, Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'
import type { Check } from '../../script/checks/check.ts'
import type { ScenarioContent } from '../../script/fields.ts'
import type { HookVariant } from '../../script/hook-mechanisms.ts'
import type { Beat, Kind, Platform, Scene, Source } from '../../script/script.ts'
import type { ImportTables } from '../imported-rows/schema.ts'
import type { InboxTables } from '../inbox/schema.ts'
import type { AcceptTables } from '../operations/schema.ts'

/** A column for each editable field, `scenes` as JSON. */
type ContentColumns = Omit<ScenarioContent, 'scenes'> & { scenes: ColumnType<Scene[], string, string> }

interface ScenariosTable extends ContentColumns {
  id: string
  owner_id: string
  source: Source
  is_demo: boolean
  template_id: string | null
  template_version: number | null
  /** What it was asked to say and to avoid: the checks look for these. */
  must_include: Generated<string[]>
  must_avoid: Generated<string[]>
  /** What its order states exactly; null: nobody ordered it. */
  order_facts: ColumnType<string[] | null, string[] | null | undefined, string[] | null>
  /** The pace that its length is estimated with, milliseconds a character; null: the usual one. */
  reading_ms_per_char: ColumnType<number | null, number | null | undefined, number | null>
  /** First sentences to choose from; a PUT of `hook` chooses. */
  hook_variants: ColumnType<HookVariant[], string | undefined, string>
  /** Seconds; derived, as the next two are. */
  est_duration_s: Generated<number>
  checks: ColumnType<Check[], string | undefined, string>
  /** The rules that derived them (`script/derived.ts`): others since then derive anew on reading. */
  derived_by: Generated<number>
  /** Tags and title as search compares them. */
  tag_keys: Generated<string[]>
  folded_title: Generated<string>
  search: Generated<string>
  /** Counts the versions; the ETag is made of it. */
  version: Generated<number>
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
  deleted_at: Timestamp | null
}

interface ScenarioVersionsTable {
  scenario_id: string
  n: number
  author_id: string
  origin: 'human' | 'ai' | 'restore'
  message: string | null
  /** Of origin `restore`: the version that came back. */
  restored_from: number | null
  content: ColumnType<ScenarioContent, string, never>
  /** The generation that wrote it: unique, so that a step that runs twice stores one version. */
  operation_id: string | null
  created_at: GeneratedTimestamp
}

export const ROLES = ['owner', 'editor', 'commenter', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Access given to one person (by account, or invited by address), or by a link to all who have it. */
interface SharesTable {
  id: string
  scenario_id: string
  /** Null while invited, and for links. */
  user_id: string | null
  /** Lower case; only where the sharer named an address. */
  email: string | null
  /** SHA-256 of a link's token: links only. */
  token_hash: Buffer | null
  role: Exclude<Role, 'owner'>
  status: 'active' | 'invited' | 'revoked'
  created_by: string
  /** What the sharer writes to the other person. */
  message: Generated<string | null>
  expires_at: Timestamp | null
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
  /** When the workflow of an invitation's mail was last asked for. */
  looked_after_at: Generated<Date | null>
  /** That workflow is known to be through, or is not asked for any more. */
  mail_settled_at: Generated<Date | null>
}

/** A reply has a parent; a parent has none. `body` is null when it was deleted and its replies stay. */
interface CommentsTable {
  id: string
  scenario_id: string
  author_id: string
  parent_id: string | null
  body: string | null
  scene_id: string | null
  /** Of that scene. */
  row_id: Generated<string | null>
  resolved: Generated<boolean>
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
}

/** A part of a template's plan: how much of the whole length (0..1) serves the beat. */
export interface BeatShare {
  readonly beat: Beat
  readonly share: number
}

interface TemplatesTable {
  id: string
  owner_id: string
  name: string
  kind: Kind
  platform: Platform
  tone: string[]
  target_duration_s: number
  beats: Json<BeatShare[]>
  cta: string
  language: string
  must_avoid: string[]
  instructions: string
  version: Generated<number>
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
}

/** Folded words of a person's scripts. */
interface SearchWordsTable {
  owner_id: string
  word: string
}

/** The tags of living scenarios, kept by a trigger on `scenarios`: nobody else writes here. */
interface ScenarioTagsTable {
  scenario_id: string
  owner_id: string
  /** Folded. */
  key: string
  /** As it was written. */
  name: string
  updated_at: Timestamp
}

export interface ScenariosDb extends AcceptTables, ImportTables, InboxTables {
  scenarios: ScenariosTable
  scenario_versions: ScenarioVersionsTable
  shares: SharesTable
  comments: CommentsTable
  templates: TemplatesTable
  search_words: SearchWordsTable
  scenario_tags: ScenarioTagsTable
}

/** A scenario as it is read: what only search needs stays in the database. */
export type ScenarioRow = Omit<Selectable<ScenariosTable>, 'tag_keys' | 'folded_title' | 'search'>
export type ScenarioSummary = Omit<ScenarioRow, 'scenes'>
export type VersionRow = Selectable<ScenarioVersionsTable>
export type CommentRow = Selectable<CommentsTable>
export type TemplateRow = Selectable<TemplatesTable>

/** What a script was asked to say and to avoid, what its order states, and how fast it is read. */
export interface Requirements {
  readonly must_include: readonly string[]
  readonly must_avoid: readonly string[]
  readonly order_facts: readonly string[] | null
  readonly reading_ms_per_char: number | null
}

/** Who made a version, how, and (for a generation) by which operation. */
export interface NewVersion {
  readonly author_id: string
  readonly origin: 'human' | 'ai' | 'restore'
  readonly message: string | null
  readonly operation_id: string | null
  readonly restored_from?: number
  /** Default: now. */
  readonly created_at?: Date
}

export interface NewScenarioFacts {
  readonly id: string
  readonly owner_id: string
  readonly source: Source
  readonly is_demo: boolean
  readonly template_id: string | null
  readonly template_version?: number
  readonly must_include?: string[]
  readonly must_avoid?: string[]
  readonly order_facts?: string[] | null
  readonly reading_ms_per_char?: number | null
  readonly hook_variants?: readonly HookVariant[]
  /** Default: now. */
  readonly created_at?: Date
  readonly updated_at?: Date
}
export type ShareRow = Selectable<SharesTable>

/** A scenario as one person sees it. */
export type SeenScenario = ScenarioRow & { readonly role: Role }
