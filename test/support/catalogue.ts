import pg from 'pg'

/** What a database consists of, a line each, sorted by name: how it came about and the order of columns leave no trace. */
export async function catalogue(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(CATALOGUE)
    return `${rows.map(({ line }) => line).join('\n')}\n`
  } finally {
    await client.end()
  }
}

/** kysely's own two tables are not ours, and the types of rows and arrays follow from the tables. */
const CATALOGUE = `
with own as (
  select c.oid, c.relkind, n.nspname || '.' || c.relname as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'bus') and c.relname not like 'kysely%'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
)
select line from (
  select 'schema ' || nspname as line from pg_namespace where nspname in ('public', 'bus')
  union all
  select 'extension ' || extname from pg_extension
  union all
  select 'table ' || name from own where relkind = 'r'
  union all
  select 'column ' || o.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || case a.attidentity when 'a' then ' identity always' when 'd' then ' identity default' else '' end
    || case a.attgenerated when 's' then ' generated stored' when 'v' then ' generated virtual' else '' end
    || coalesce(' = ' || pg_get_expr(d.adbin, d.adrelid), '')
    || case when a.attcollation not in (0, 100) then ' collation ' || a.attcollation::regcollation::text else '' end
    || case when a.attstorage <> t.typstorage then ' storage ' || a.attstorage::text else '' end
    || case when a.attcompression <> '' then ' compression ' || a.attcompression::text else '' end
    || coalesce(' statistics ' || nullif(a.attstattarget, -1)::text, '')
  from own o
  join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = o.oid and d.adnum = a.attnum
  where o.relkind = 'r'
  union all
  select 'constraint ' || o.name || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
  from own o join pg_constraint c on c.conrelid = o.oid
  union all
  select 'index ' || pg_get_indexdef(i.indexrelid) from own o join pg_index i on i.indrelid = o.oid
  union all
  select 'trigger ' || pg_get_triggerdef(t.oid) from own o join pg_trigger t on t.tgrelid = o.oid where not t.tgisinternal
  union all
  select 'function ' || pg_get_functiondef(p.oid)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'bus') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  union all
  select 'sequence ' || name from own where relkind = 'S'
  union all
  select 'options ' || o.name || ' ' || c.reloptions::text from own o join pg_class c on c.oid = o.oid where c.reloptions is not null
) as everything order by line collate "C"`
