import pg from 'pg'

/**
 * Limits of every session, kept by the server itself. They are settings of the database and not of a connection, since a pooler refuses
 * most parameters at the start of a session, and hands one that was set later to the next client.
 */
const LIMITS = {
  statement_timeout: '30s',
  // A process that is frozen, or gone without a word, holds its locks no longer.
  idle_in_transaction_session_timeout: '30s',
  // A statement whose client is gone ends (Postgres 14).
  client_connection_check_interval: '5s',
  // A client whose host is gone is noticed at the socket: 5 s of silence, then three questions 3 s apart; unacknowledged data 15 s.
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '3',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '15s',
} as const

/** A platform without it, or a role that is not the database's owner. */
const CANNOT_SET = ['22023', '42501']

/**
 * Sets the limits for all sessions of the database from now on. Needs its owner; the migration is run by that role.
 * @param client connected to that server
 * @returns those that could not be set: they hold only where an operator has set them otherwise
 */
export async function limitSessions(client: pg.Client, database: string): Promise<string[]> {
  const missing: string[] = []
  for (const [limit, value] of Object.entries(LIMITS)) {
    await client.query('begin')
    try {
      // Of two processes that start at the same time the second waits: an update of the same settings at once is refused by the server.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('scenor session limits', 0))`)
      await client.query(
        `alter database ${client.escapeIdentifier(database)} set ${limit} = ${client.escapeLiteral(value)}`,
      )
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      if (!(error instanceof pg.DatabaseError) || !CANNOT_SET.includes(error.code ?? '')) throw error
      missing.push(limit)
    }
  }
  return missing
}
