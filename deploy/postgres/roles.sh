#!/bin/sh
# Runs once, when the volume is new: a role for Scenor and one for Temporal. Each makes its own databases; neither sees into the other's.
set -eu
psql -v ON_ERROR_STOP=1 -v scenor="$SCENOR_DB_PASSWORD" -v temporal="$TEMPORAL_DB_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role scenor login createdb password :'scenor';
create role temporal login createdb password :'temporal';
SQL
