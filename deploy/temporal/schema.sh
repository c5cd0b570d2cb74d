#!/bin/sh
# Creates Temporal's two databases where they are missing and brings both to the newest schema of this image. Safe to run again.
# SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD are read by temporal-sql-tool itself.
set -eu
if [ -n "${SQL_PASSWORD_FILE:-}" ]; then SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE") && export SQL_PASSWORD; fi
schemas=/etc/temporal/schema/postgresql/v12

bring() { # database, folder of its schema
  sql() { temporal-sql-tool --plugin postgres12 --db "$database" "$@"; }
  database=$1
  sql create
  # Never lowers a version that is there.
  sql setup-schema -v 0.0
  sql update-schema -d "$schemas/$2/versioned"
}
bring temporal temporal
bring temporal_visibility visibility
