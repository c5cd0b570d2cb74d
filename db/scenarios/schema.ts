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

export interface ScenariosDb extends AcceptTables {
  scenarios: ScenariosTable
  scenario_versions: ScenarioVersionsTable
}

export type ScenarioRow = Selectable<ScenariosTable>
export type NewScenario = Insertable<ScenariosTable>
