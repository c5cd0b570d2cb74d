import type { Person } from './http.ts'
import type { System } from './system.ts'

/** The kinds of a person's security events, in their order. */
export async function securityEventsOf(system: System, person: Pick<Person, 'id'>): Promise<string[]> {
  const rows = await system.databases.auth
    .selectFrom('security_events')
    .select('kind')
    .where('account_id', '=', person.id)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.kind)
}
