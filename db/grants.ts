import type pg from 'pg'
import type { Service } from '../services.ts'

/** Whose name a service's processes sign in with, where they are to open their own database alone. */
const roleOf = (service: Service): string => `scenor_${service}`

/**
 * Lets the service's role, where somebody made one, read and write what is in its database, and nobody else into it: by default every role
 * of a server may connect to each. It owns nothing, so that it changes no schema. Needs the database's owner, and may run again.
 * @param client connected to that database
 */
export async function grantService(client: pg.Client, service: Service, database: string): Promise<void> {
  const role = roleOf(service)
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rowCount === 0) return
  const of = { role: client.escapeIdentifier(role), database: client.escapeIdentifier(database) }
  const rights = {
    tables: 'select, insert, update, delete',
    sequences: 'usage, select',
  }
  await client.query('begin')
  // Of two processes that start at the same time the second waits: grants on the same rows at once are refused by the server.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('scenor grants', 0))`)
  for (const statement of [
    `revoke connect, temporary on database ${of.database} from public`,
    `grant connect on database ${of.database} to ${of.role}`,
    `grant usage on schema public to ${of.role}`,
    ...Object.entries(rights).flatMap(([kind, right]) => [
      `grant ${right} on all ${kind} in schema public to ${of.role}`,
      // Those of migrations to come, in the moment that they are made.
      `alter default privileges in schema public grant ${right} on ${kind} to ${of.role}`,
    ]),
  ])
    await client.query(statement)
  await client.query('commit')
}
