import { sql } from 'kysely'
import { ACCEPT_PERSONAL_DATA, NOBODY, type PersonalDataTable } from '../personal-data.ts'
import { CONTENT_FIELDS } from '../../script/fields.ts'

const ownScenarios = (id: string) => sql`scenario_id in (select id from scenarios where owner_id = ${id})`

const COMMENT = ['id', 'scenario_id', 'parent_id', 'scene_id', 'row_id', 'body', 'resolved', 'created_at', 'updated_at']

/** What `scenarios` holds of people. One's own goes; in other people's scenarios nobody stands where the person stood. */
export const SCENARIOS_PERSONAL_DATA: readonly PersonalDataTable[] = [
  {
    table: 'shares',
    order: ['id'],
    columns: ['user_id', 'email', 'created_by'],
    of: ({ id, email }) => sql`user_id = ${id} or created_by = ${id} or email = ${email}`,
    erase: 'delete',
    exported: ['id', 'scenario_id', 'email', 'role', 'status', 'message', 'expires_at', 'created_at'],
  },
  {
    table: 'comments',
    order: ['id'],
    columns: ['author_id'],
    // A thread of others hangs on it: its place stays, its words go.
    of: ({ id }) =>
      sql`author_id = ${id} and exists (select from comments reply where reply.parent_id = comments.id and reply.author_id <> ${id})`,
    erase: { author_id: NOBODY, body: null },
    exported: COMMENT,
  },
  {
    table: 'comments',
    order: ['id'],
    columns: [],
    of: ({ id }) =>
      sql`author_id = ${id} and not exists (select from comments reply where reply.parent_id = comments.id and reply.author_id <> ${id})`,
    erase: 'delete',
    exported: COMMENT,
  },
  {
    table: 'scenario_versions',
    order: ['scenario_id', 'n'],
    columns: ['author_id'],
    // Before their scenarios: one may have thousands.
    of: ({ id }) => sql`${ownScenarios(id)}`,
    erase: 'delete',
    exported: ['scenario_id', 'n', 'origin', 'message', 'content', 'created_at'],
  },
  {
    table: 'scenario_versions',
    order: ['scenario_id', 'n'],
    columns: [],
    of: ({ id }) => sql`author_id = ${id} and not ${ownScenarios(id)}`,
    erase: { author_id: NOBODY, message: null },
    // That it was written, and when: the script itself is the owner's.
    exported: ['scenario_id', 'n', 'origin', 'message', 'created_at'],
  },
  {
    table: 'scenarios',
    order: ['id'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: [
      'id',
      ...CONTENT_FIELDS,
      'must_include',
      'must_avoid',
      'order_facts',
      'reading_ms_per_char',
      'hook_variants',
      'template_id',
      'template_version',
      'source',
      'is_demo',
      'version',
      'created_at',
      'updated_at',
      'deleted_at',
    ],
  },
  {
    table: 'scenario_tags',
    order: ['scenario_id', 'key'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'with_parent',
    // Made of the scenarios' tags, which are shown.
    exported: null,
  },
  {
    table: 'search_words',
    order: ['word'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    // Made of the scripts, which are shown.
    exported: null,
  },
  {
    table: 'templates',
    order: ['created_at', 'id'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: [
      'id',
      'name',
      'kind',
      'platform',
      'tone',
      'target_duration_s',
      'beats',
      'cta',
      'language',
      'must_avoid',
      'instructions',
      'version',
      'created_at',
      'updated_at',
    ],
  },
  {
    // The bodies are events: ids only, the person's among them.
    table: 'dead_letters',
    order: ['id'],
    columns: [],
    of: ({ id }) => sql`ids_in(body) @> array[${id}::text]`,
    erase: 'delete',
    exported: null,
  },
  ...ACCEPT_PERSONAL_DATA,
]
