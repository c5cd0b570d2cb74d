#!/bin/sh
# As the entrypoint of the image `postgres`: makes the cluster once, runs /docker-entrypoint-initdb.d on a server that has a socket alone, and
# becomes an unprivileged user.
set -eu
export PGDATA="${PGDATA:-/var/lib/postgresql/18/docker}" POSTGRES_USER="${POSTGRES_USER:-postgres}"
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R 998:998 /var/lib/postgresql /var/run/postgresql
  exec setpriv --reuid 998 --regid 998 --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # several arguments
  initdb -D "$PGDATA" -U "$POSTGRES_USER" --encoding=UTF8 ${POSTGRES_INITDB_ARGS:-} --pwfile="$POSTGRES_PASSWORD_FILE" --auth-host=scram-sha-256 --auth-local=trust
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" -w start
  for script in /docker-entrypoint-initdb.d/*.sh; do [ ! -e "$script" ] || PGHOST=/var/run/postgresql sh "$script"; done
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
