#!/bin/sh
# Runs once, when the volume is new: a role that owns Scenor's databases, one for the processes of each service, which opens that one alone
# (`npm run migrate` gives it what it may there), and one for Temporal, which makes its own.
set -eu
sql() { psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres "$@"; }
sql -v scenor="$(cat "$SCENOR_DB_PASSWORD_FILE")" -v temporal="$(cat "$TEMPORAL_DB_PASSWORD_FILE")" <<'SQL'
create role scenor login createdb password :'scenor';
create role temporal login createdb password :'temporal';
SQL
for service in auth users scenarios ai notifications; do
  sql -v role="scenor_$service" -v password="$(cat "/run/secrets/${service}_db_password")" <<'SQL'
create role :"role" login password :'password';
SQL
done
