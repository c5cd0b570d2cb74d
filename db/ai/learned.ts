import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

/** A server may be given a new version without a word: after this time it is asked again what it takes. */
const GOOD_FOR = '7 days'

/** What a worker found out about a provider's server, if anybody did lately. @param server fingerprint of kind, address and model */
export async function findLearned(db: Executor<AiDb>, server: string): Promise<Record<string, unknown>> {
  const row = await db
    .selectFrom('provider_learned')
    .select('learned')
    .where('server', '=', server)
    .where(sql<boolean>`learned_at > clock_timestamp() - ${GOOD_FOR}::interval`)
    .executeTakeFirst()
  return row?.learned ?? {}
}

/** Adds what was found out, so that workers at the same time lose nothing of each other. What is too old goes. */
export async function keepLearned(
  db: Executor<AiDb>,
  server: string,
  learned: Readonly<Record<string, unknown>>,
): Promise<void> {
  await sql`
    insert into provider_learned as p (server, learned) values (${server}, ${JSON.stringify(learned)}::jsonb)
    on conflict (server) do update set
      learned = case when p.learned_at > clock_timestamp() - ${GOOD_FOR}::interval
        then p.learned || excluded.learned else excluded.learned end,
      learned_at = case when p.learned_at > clock_timestamp() - ${GOOD_FOR}::interval
        then p.learned_at else clock_timestamp() end`.execute(db)
}
