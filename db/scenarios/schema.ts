import type { ColumnType, Generated, Insertable, Selectable } from 'kysely'
import type { GeneratedTimestamp, Timestamp } from '../columns.ts'
import type { Kind, Platform, ScenarioStatus, Scene, Source } from '../../script/script.ts'
import type { AcceptTables } from '../operations/schema.ts'

/** What a version holds: everything that a person can edit. */
export interface ScenarioContent {
  title: string
  description: string | null
  status: ScenarioStatus
  tags: string[]
  language: string
  platform: Platform
  kind: Kind
  tone: string[]
  audience: string
  target_duration_s: number
  hook: string
  cta: string
  disclosure: string | null
  scenes: Scene[]
}

/** A column for each editable field, `scenes` as JSON. */
type ContentColumns = Omit<ScenarioContent, 'scenes'> & { scenes: ColumnType<Scene[], string, string> }

export interface ScenariosTable extends ContentColumns {
  id: string
  owner_id: string
  source: Source
  is_demo: boolean
  template_id: string | null
  /** Counts the versions; the ETag is made of it. */
  version: Generated<number>
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
  deleted_at: Timestamp | null
}

export interface ScenarioVersionsTable {
  scenario_id: string
  n: number
  author_id: string
  origin: 'human' | 'ai' | 'restore'
  message: string | null
  content: ColumnType<ScenarioContent, string, never>
  /** The generation that wrote it: unique, so that a step that runs twice stores one version. */
  operation_id: string | null
  created_at: GeneratedTimestamp
}

export const ROLES = ['owner', 'editor', 'commenter', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Access given to one person (by account, or invited by address), or by a link to whoever has it. */
export interface SharesTable {
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
  expires_at: Timestamp | null
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
}

export interface ScenariosDb extends AcceptTables {
  scenarios: ScenariosTable
  scenario_versions: ScenarioVersionsTable
  shares: SharesTable
}

export type ScenarioRow = Selectable<ScenariosTable>
export type NewScenario = Insertable<ScenariosTable>
export type ShareRow = Selectable<SharesTable>

/** A scenario as one person sees it. */
export type SeenScenario = ScenarioRow & { readonly role: Role }
