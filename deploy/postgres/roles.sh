#!/bin/sh
# Runs once, when the volume is new: a role for Scenor and one for Temporal. Each makes its own databases; neither sees into the other's.
set -eu
psql -v ON_ERROR_STOP=1 -v scenor="$(cat "$SCENOR_DB_PASSWORD_FILE")" -v temporal="$(cat "$TEMPORAL_DB_PASSWORD_FILE")" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role scenor login createdb password :'scenor';
create role temporal login createdb password :'temporal';
SQL
