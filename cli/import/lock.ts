import pg from 'pg'

/** Two imports at once would both find that a row is not there. */
const KEY = 'scenor import'

/**
 * Does the work while no other import does. The lock is a session's: it goes with the process, however that ends.
 * @param url of a database that every run of this installation uses, past a pooler
 * @throws Error when another one runs
 */
export async function withImportLock<T>(url: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'scenor-import-lock', keepAlive: true })
  await client.connect()
  // Without its lock a run must not go on; it may be started again.
  client.on('error', () => {
    process.stderr.write('import: the connection that keeps other imports out was lost; start it again\n')
    process.exit(1)
  })
  try {
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
      [KEY],
    )
    if (!rows[0]?.got) throw new Error('another import is running: wait until it is through')
    return await work()
  } finally {
    await client.end()
  }
}
