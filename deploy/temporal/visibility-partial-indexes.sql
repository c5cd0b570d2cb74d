-- psql -d temporal_visibility -f visibility-partial-indexes.sql
--
-- Of the indexes of Temporal's list of executions nearly all are over an attribute that a row does not have, and each change of a row
-- makes an entry in every one. This makes them partial: rows without the attribute are in them no more. What asks for an attribute by value
-- finds as before; what asks for rows without one (`Attribute IS NULL`) finds more slowly. TemporalNamespaceDivision stays whole: the
-- server asks for its absence with every list.
--
-- On a running server: each index is made beside the old one and takes its name. Safe to run again, and after an upgrade of the schema,
-- which may bring new ones.
select
  format('drop index concurrently if exists %I', name || '_partial') as clear,
  replace(definition, 'INDEX ' || name || ' ON', 'INDEX CONCURRENTLY ' || name || '_partial ON')
    || format(' where %I is not null', attribute) as make,
  format('drop index concurrently %I', name) as remove,
  format('alter index %I rename to %I', name || '_partial', name) as name
from (
  select class.relname as name, pg_get_indexdef(class.oid) as definition, attribute.attname as attribute
  from pg_index index
  join pg_class class on class.oid = index.indexrelid
  join pg_attribute attribute on attribute.attrelid = index.indrelid and attribute.attnum = index.indkey[1]
  where index.indrelid = 'executions_visibility'::regclass
    and index.indpred is null
    and not index.indisunique
    and not attribute.attnotnull
    and attribute.attname <> 'temporalnamespacedivision'
) nullable
order by name
\gexec
