import { domainToASCII } from 'node:url'
import { sql, type Kysely } from 'kysely'

/** What a mail proves is an address, which may be another one than the account's yet. Internationalised domains are kept as A-labels. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table letters add column email text`.execute(db)
  await sql`alter table one_time_tokens add column email text`.execute(db)
  const { rows } = await sql<{ id: string; email: string }>`
    select id, email from accounts where email !~ '^[ -~]*$' order by email_verified_at nulls last, created_at`.execute(
    db,
  )
  for (const { id, email } of rows) {
    const at = email.lastIndexOf('@') + 1
    const domain = domainToASCII(email.slice(at))
    // Two accounts under both spellings cannot be one: whoever proved it first, else came first, has it.
    if (domain !== '')
      await sql`
        update accounts set email = ${email.slice(0, at) + domain} where id = ${id}
          and not exists (select from accounts where email = ${email.slice(0, at) + domain})`.execute(db)
  }
}
