import { domainToASCII } from 'node:url'
import { sql, type Kysely } from 'kysely'

/** Internationalised domains are kept as A-labels, as the addresses of accounts are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ id: string; email: string }>`
    select id, email from shares where email !~ '^[ -~]*$' order by created_at`.execute(db)
  for (const { id, email } of rows) {
    const at = email.lastIndexOf('@') + 1
    const domain = domainToASCII(email.slice(at))
    const canonical = email.slice(0, at) + domain
    // One living share for each address and script: the other one of two spellings stays as it is.
    if (domain !== '')
      await sql`
        update shares s set email = ${canonical} where id = ${id} and not exists (
          select from shares o where o.scenario_id = s.scenario_id and o.email = ${canonical} and o.status <> 'revoked'
        )`.execute(db)
  }
}
