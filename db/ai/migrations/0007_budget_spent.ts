import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // What is spent of what is committed: the sum of a month's settlements grew with every generation that was settled.
  await sql`alter table budgets add column spent_micros bigint not null default 0`.execute(db)
  await sql`
    update budgets b set spent_micros = s.spent
    from (select owner_id, period, sum(amount_micros) as spent from ledger where phase = 'settle' group by owner_id, period) s
    where s.owner_id = b.owner_id and s.period = b.period`.execute(db)
}
