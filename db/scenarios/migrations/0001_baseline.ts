import { sql, type Kysely } from 'kysely'
import { createInboxTables } from '../../inbox/tables.ts'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await createInboxTables(db)
  await createScenarios(db)
  await createTags(db)
  await createShares(db)
  await createComments(db)
  await createTemplates(db)
}

async function createScenarios(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`
    create table scenarios (
      id uuid primary key,
      owner_id uuid not null,
      title text not null,
      description text,
      status text not null check (status in ('draft', 'in_progress', 'completed', 'archived')),
      tags text[] not null default '{}',
      language text not null,
      platform text not null,
      kind text not null,
      tone text[] not null default '{}',
      audience text not null,
      target_duration_s real not null,
      hook text not null,
      cta text not null,
      disclosure text,
      scenes jsonb not null,
      source text not null check (source in ('human', 'ai', 'mixed')),
      is_demo boolean not null,
      must_include text[] not null default '{}',
      must_avoid text[] not null default '{}',
      template_id uuid,
      template_version integer,
      -- What code derives from a version is kept beside it, so that lists need not compute it; \`derived_by\` names the rules that made it.
      -- \`search\` and \`tag_keys\` are written by the same function as the texts they are made of.
      est_duration_s real not null default 0,
      checks jsonb not null default '[]',
      derived_by smallint not null default 0,
      tag_keys text[] not null default '{}',
      folded_title text not null default '',
      search tsvector not null default '',
      version integer not null default 1,
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp(),
      deleted_at timestamptz(3)
    )`.execute(db)
  await sql`create index scenarios_owner on scenarios (owner_id, updated_at desc, id desc) where deleted_at is null`.execute(
    db,
  )
  await sql`create index scenarios_status on scenarios (owner_id, status, updated_at desc, id desc) where deleted_at is null`.execute(
    db,
  )
  await sql`create index scenarios_search on scenarios using gin (search)`.execute(db)
  await sql`create index scenarios_title on scenarios using gin (folded_title gin_trgm_ops)`.execute(db)
  await sql`create index scenarios_deleted on scenarios (deleted_at) where deleted_at is not null`.execute(db)
  await sql`
    create table scenario_versions (
      scenario_id uuid not null references scenarios (id) on delete cascade,
      n integer not null,
      author_id uuid not null,
      origin text not null check (origin in ('human', 'ai', 'restore')),
      message text,
      content jsonb not null,
      restored_from integer,
      operation_id text constraint scenario_versions_operation_key unique,
      created_at timestamptz(3) not null default clock_timestamp(),
      primary key (scenario_id, n)
    )`.execute(db)
  // Words that a person's scripts are made of: a query with a typo is mended by the nearest of them.
  await sql`
    create table search_words (
      owner_id uuid not null,
      word text not null,
      primary key (owner_id, word)
    )`.execute(db)
  await sql`create index search_words_similar on search_words using gin (word gin_trgm_ops)`.execute(db)
}

async function createTags(db: Kysely<unknown>): Promise<void> {
  // A tag's scenarios in the order in which they are listed, and a person's tags to be counted. With the array in `scenarios` alone a list
  // by tag reads the newest of all scenarios until twenty of them have the tag, and the counts read every scenario.
  await sql`
    create table scenario_tags (
      scenario_id uuid not null references scenarios (id) on delete cascade,
      owner_id uuid not null,
      key text not null,
      name text not null,
      updated_at timestamptz(3) not null,
      primary key (scenario_id, key)
    )`.execute(db)
  // By a trigger: tags are written with a version, but the moment of a change and the deletion are written from several places.
  await sql`
    create function keep_scenario_tags() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        delete from scenario_tags where scenario_id = new.id;
      end if;
      if new.deleted_at is null then
        insert into scenario_tags (scenario_id, owner_id, key, name, updated_at)
        select new.id, new.owner_id, t.key, t.name, new.updated_at from unnest(new.tags, new.tag_keys) as t (name, key)
        on conflict do nothing;
      end if;
      return null;
    end $$`.execute(db)
  await sql`
    create trigger scenario_tags_kept
    after insert or update of owner_id, tags, tag_keys, updated_at, deleted_at on scenarios
    for each row execute function keep_scenario_tags()`.execute(db)
  await sql`
    create index scenario_tags_listed on scenario_tags (owner_id, key, updated_at desc, scenario_id desc) include (name)`.execute(
    db,
  )
}

async function createShares(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table shares (
      id uuid primary key,
      scenario_id uuid not null references scenarios (id) on delete cascade,
      user_id uuid,
      email text check (email = lower(email)),
      token_hash bytea constraint shares_token_key unique,
      role text not null check (role in ('viewer', 'commenter', 'editor')),
      -- What the sharer writes to the other person.
      message text,
      status text not null check (status in ('active', 'invited', 'revoked')),
      created_by uuid not null,
      expires_at timestamptz(3),
      created_at timestamptz(3) not null default clock_timestamp(),
      updated_at timestamptz(3) not null default clock_timestamp(),
      -- A link is for anybody who has it, everything else for one person.
      check ((token_hash is not null) <> (user_id is not null or email is not null)),
      check (status <> 'active' or token_hash is not null or user_id is not null)
    )`.execute(db)
  // One living share for each person and scenario; these also answer "which role has this person here".
  await sql`create unique index shares_user_key on shares (scenario_id, user_id) where user_id is not null and status <> 'revoked'`.execute(
    db,
  )
  await sql`create unique index shares_email_key on shares (scenario_id, email) where email is not null and status <> 'revoked'`.execute(
    db,
  )
  await sql`create index shares_of_user on shares (user_id, scenario_id) where status = 'active'`.execute(db)
  await sql`create index shares_invited on shares (email) where status = 'invited'`.execute(db)
  await sql`create index shares_of_scenario on shares (scenario_id, created_at desc, id desc)`.execute(db)
}

async function createComments(db: Kysely<unknown>): Promise<void> {
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
}

async function createTemplates(db: Kysely<unknown>): Promise<void> {
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
