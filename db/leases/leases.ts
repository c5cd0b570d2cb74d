import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely'

/** A place as one holder has it: what is written in its name goes through only while nobody took it over. */
export interface Place {
  readonly name: string
  readonly fence: string
}

/** Not flushed to disk, for what a crash of the server may forget: a lease expires no later for it, an event comes again and is known. */
export const QUICKLY = sql`(select set_config('synchronous_commit', 'off', true)) as quickly`
const until = (ms: number) => sql`clock_timestamp() + make_interval(secs => ${ms / 1000})`

/**
 * Takes a lease that is free, or that its holder let expire. By the server's clock alone: those of the processes may differ.
 * @returns undefined while somebody else has it
 */
export async function takeLease(
  db: QueryExecutorProvider,
  name: string,
  holder: string,
  ms: number,
): Promise<Place | undefined> {
  const { rows } = await sql<{ fence: string }>`
    insert into leases (name, holder, fence, expires_at) select ${name}, ${holder}, 1, ${until(ms)} from ${QUICKLY}
    on conflict (name) do update
    set holder = excluded.holder, fence = leases.fence + 1, expires_at = excluded.expires_at
    where leases.expires_at < clock_timestamp()
    returning fence`.execute(db)
  return rows[0] && { name, fence: rows[0].fence }
}

/** @returns false when somebody else has it by now */
export async function renewLease(db: QueryExecutorProvider, { name, fence }: Place, ms: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update leases set expires_at = ${until(ms)} from ${QUICKLY} where name = ${name} and fence = ${fence}::bigint`.execute(
    db,
  )
  return (numAffectedRows ?? 0n) > 0n
}

/** Lets others have it at once. */
export async function freeLease(db: QueryExecutorProvider, { name, fence }: Place): Promise<void> {
  await sql`
    update leases set expires_at = '-infinity' from ${QUICKLY} where name = ${name} and fence = ${fence}::bigint`.execute(
    db,
  )
}

/** Who holds places of these names now. @param prefix of the names */
export async function listHolders(
  db: QueryExecutorProvider,
  prefix: string,
): Promise<{ readonly name: string; readonly holder: string }[]> {
  const { rows } = await sql<{ name: string; holder: string }>`
    select name, holder from leases where starts_with(name, ${prefix}) and expires_at > clock_timestamp()`.execute(db)
  return rows
}

/** Lets others have at once what these hold who are known to be gone. */
export async function endLeasesOf(
  db: QueryExecutorProvider,
  gone: readonly { readonly name: string; readonly holder: string }[],
): Promise<void> {
  for (const { name, holder } of gone)
    await sql`update leases set expires_at = '-infinity' where name = ${name} and holder = ${holder}`.execute(db)
}

/** Removes places named after processes that are long gone. */
export async function dropExpiredLeases(db: QueryExecutorProvider, prefix: string): Promise<void> {
  await sql`
    delete from leases where starts_with(name, ${prefix}) and expires_at < clock_timestamp() - interval '1 hour'`.execute(
    db,
  )
}

/**
 * Rows of this exist only while the place is its holder's; nobody takes it over before the transaction ends. In the `from` of a write, so
 * that a process that stood still and does not know that it was replaced writes nothing.
 */
export const held = ({ name, fence }: Place): RawBuilder<unknown> =>
  sql`(select from leases where name = ${name} and fence = ${fence}::bigint for share) as held`
