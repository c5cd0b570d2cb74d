import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db)
  // What code derives from a version is kept beside it, so that lists need not compute it; `derived_by` names the rules that made it.
  // `search` and `tag_keys` are written by the same function as the texts they are made of.
  await sql`
    alter table scenarios
      add column est_duration_s real not null default 0,
      add column checks jsonb not null default '[]',
      add column derived_by smallint not null default 0,
      add column must_include text[] not null default '{}',
      add column must_avoid text[] not null default '{}',
      add column template_version integer,
      add column tag_keys text[] not null default '{}',
      add column folded_title text not null default '',
      add column search tsvector not null default ''`.execute(db)
  await sql`
    update scenarios set
      tag_keys = array(select translate(lower(t), 'ё', 'е') from unnest(tags) t),
      folded_title = translate(lower(title), 'ё', 'е'),
      search = setweight(to_tsvector('russian', translate(lower(title), 'ё', 'е')), 'A')
        || jsonb_to_tsvector('russian', jsonb_path_query_array(scenes, '$[*].rows[*].audio[*].text'), '["string"]')`.execute(
    db,
  )
  await sql`create index scenarios_status on scenarios (owner_id, status, updated_at desc, id desc) where deleted_at is null`.execute(
    db,
  )
  await sql`create index scenarios_tags on scenarios using gin (tag_keys)`.execute(db)
  await sql`create index scenarios_search on scenarios using gin (search)`.execute(db)
  await sql`create index scenarios_title on scenarios using gin (folded_title gin_trgm_ops)`.execute(db)
  await sql`create index scenarios_deleted on scenarios (deleted_at) where deleted_at is not null`.execute(db)
  await sql`alter table scenario_versions add column restored_from integer`.execute(db)

  // Words that a person's scripts are made of: a query with a typo is mended by the nearest of them.
  await sql`
    create table search_words (
      owner_id uuid not null,
      word text not null,
      primary key (owner_id, word)
    )`.execute(db)
  await sql`create index search_words_similar on search_words using gin (word gin_trgm_ops)`.execute(db)

  await sql`
    create table comments (
      id uuid primary key,
      scenario_id uuid not null references scenarios (id) on delete cascade,
      author_id uuid not null,
      parent_id uuid references comments (id) on delete cascade,
      body text,
      scene_id uuid,
      resolved boolean not null default false,
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index comments_of_scenario on comments (scenario_id, created_at, id)`.execute(db)
  await sql`create index comments_replies on comments (parent_id) where parent_id is not null`.execute(db)
  await sql`create index comments_author on comments (author_id)`.execute(db)

  await sql`
    create table templates (
      id uuid primary key,
      owner_id uuid not null,
      name text not null,
      kind text not null,
      platform text not null,
      tone text[] not null,
      target_duration_s real not null,
      beats jsonb not null,
      cta text not null,
      language text not null,
      must_avoid text[] not null,
      instructions text not null,
      version integer not null default 1,
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index templates_owner on templates (owner_id, created_at desc, id desc)`.execute(db)
}
