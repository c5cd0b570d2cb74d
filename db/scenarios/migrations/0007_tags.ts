import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
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
    insert into scenario_tags (scenario_id, owner_id, key, name, updated_at)
    select s.id, s.owner_id, t.key, t.name, s.updated_at from scenarios s, unnest(s.tags, s.tag_keys) as t (name, key)
    where s.deleted_at is null
    on conflict do nothing`.execute(db)
  await sql`
    create index scenario_tags_listed on scenario_tags (owner_id, key, updated_at desc, scenario_id desc) include (name)`.execute(
    db,
  )
  await sql`drop index scenarios_tags`.execute(db)
}
