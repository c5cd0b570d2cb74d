import { sql } from 'kysely'
import type { HandedEvent } from '../../internal/client.ts'
import type { Service } from '../../services.ts'
import type { Executor } from '../connection.ts'
import type { AuthDb } from './schema.ts'

/**
 * Appends events of another service to the outbox of this one, which sends all that is told of people: behind what made the account. Those
 * that are there already change nothing, and those of an account (their key) that is gone are dropped: after its end nothing is told of it.
 */
export async function appendHandedEvents(
  db: Executor<AuthDb>,
  source: Service,
  events: readonly HandedEvent[],
): Promise<void> {
  await sql`
    with handed as (
      select * from jsonb_to_recordset(${JSON.stringify(events.map((event, n) => ({ n, ...event })))}::jsonb) as e (
        n integer, id uuid, type text, version integer, key uuid, data jsonb, request_id text, traceparent text, created_at timestamptz
      )
    ), living as (
      -- Erasure waits for this, or this for it.
      select id from accounts where id in (select key from handed) order by id for key share
    )
    insert into outbox (id, topic, type, version, source, key, data, request_id, traceparent, created_at)
    select h.id, 'user_events', h.type, h.version, ${source}, h.key::text, h.data, h.request_id, h.traceparent, h.created_at
    from handed h join living on living.id = h.key
    order by h.n
    on conflict (id) do nothing`.execute(db)
}
