import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Service } from '../../services.ts'

/** The n-th person, and the n-th row's id, as SQL over generate_series: a thousand people. */
const PERSON = sql.raw(`('00000000-0000-7000-8000-' || lpad((n % 1000)::text, 12, '0'))::uuid`)
const ID = sql.raw(`('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid`)
const ID_ALONE = sql`${ID}`
/** Within the last hour: none has had its time. */
const RECENT = sql.raw(`now() - n % 3600 * interval '1 second'`)

type Fill = (kind: string) => readonly [into: string, values: RawBuilder<unknown>]

const fill =
  (into: string, values: RawBuilder<unknown>): Fill =>
  () => [into, values]

/** Ended, sent, answered: what has piled up and nobody has to look at. */
const EVERYWHERE: readonly Fill[] = [
  (kind) => [
    'operations (id, kind, owner_id, status, stage, progress, request_id, workflow, input, summary, created_at, updated_at, finished_at)',
    sql`${kind} || '-' || ${ID}, ${kind}, ${PERSON}, 'succeeded', 'done', 1, 'r', 'w', '{}', 's', ${RECENT}, ${RECENT}, ${RECENT}`,
  ],
  fill(
    'outbox (id, topic, type, key, data, created_at, sent_at)',
    sql`${ID}, 'user_events', 'user_registered', ${PERSON}::text, jsonb_build_object('user_id', ${PERSON}), ${RECENT}, ${RECENT}`,
  ),
  fill(
    'idempotency_keys (caller, route, key, body_hash, answer, created_at)',
    sql`${PERSON}::text, 'POST /x', n::text, '', '{"status": 201}', ${RECENT}`,
  ),
]

const HEARING: readonly Fill[] = [
  fill('inbox (consumer, event_id, handled_at)', sql`'notifications', ${ID}, ${RECENT}`),
  fill(
    'dead_letters (id, topic, consumer, key, body, reason, tries, created_at)',
    sql`${ID}, 'user_events', 'notifications', ${PERSON}::text, '{"user_id":"' || ${PERSON} || '"}', 'r', 1, ${RECENT}`,
  ),
]

const TABLES: Readonly<Record<Service, readonly Fill[]>> = {
  auth: [
    ...EVERYWHERE,
    fill(
      'accounts (id, email, password_hash, pepper_id, status)',
      sql`${ID}, n || '@example.test', 'h', 'p', 'active'`,
    ),
    fill(
      'sessions (id, account_id, ip, created_at, expires_at)',
      sql`${ID}, ${PERSON}, '192.0.2.1', ${RECENT}, now() + interval '30 days'`,
    ),
    fill(
      'devices (id, account_id, fingerprint, token_hash)',
      sql`${ID}, ${PERSON}, sha256(n::text::bytea), sha256(n::text::bytea)`,
    ),
    fill(
      'stream_tickets (token_hash, session_id, token_expires_at, expires_at)',
      sql`sha256(n::text::bytea), ${ID}, now() + interval '15 minutes', now() + interval '30 seconds'`,
    ),
    fill(
      'refresh_tokens (token_hash, session_id, expires_at, used_at)',
      sql`sha256(n::text::bytea), ${ID}, now() + interval '14 days', ${RECENT}`,
    ),
    fill(
      'one_time_tokens (token_hash, purpose, account_id, expires_at)',
      sql`sha256(n::text::bytea), 'verify_email', ${PERSON}, now() + interval '1 day'`,
    ),
    fill(
      'letters (id, account_id, kind, request_id, created_at, handed_over_at, settled_at)',
      sql`${ID}, ${PERSON}, 'verify_email', 'r', ${RECENT}, ${RECENT}, ${RECENT}`,
    ),
    fill(
      'security_events (id, account_id, kind, request_id, created_at)',
      sql`${ID}, ${PERSON}, 'login', 'r', ${RECENT}`,
    ),
    fill(
      'archives (operation_id, account_id, expires_at)',
      sql`'export-' || ${ID}, ${PERSON}, now() + interval '1 day'`,
    ),
    fill('archive_parts (operation_id, service, try, pieces)', sql`'export-' || ${ID}, 'ai', 1, 1`),
    fill(
      'archive_pieces (operation_id, service, try, n, of_table, rows)',
      sql`'export-' || ${ID}, 'ai', 1, 0, 't', ''`,
    ),
  ],
  users: [
    ...EVERYWHERE,
    fill('profiles (id, username)', sql`${ID}, 'u' || n`),
    fill(
      'phone_codes (id, user_id, phone_number, request_id, expires_at, handed_over_at)',
      sql`${ID}, ${ID}, '+7', 'r', now() + interval '10 minutes', ${RECENT}`,
    ),
  ],
  scenarios: [
    ...EVERYWHERE,
    ...HEARING,
    fill(
      `scenarios (id, owner_id, title, status, language, platform, kind, audience, target_duration_s, hook, cta, scenes, source, is_demo, deleted_at)`,
      sql`${ID}, ${PERSON}, 't', 'draft', 'ru', 'tiktok', 'ad', 'a', 30, 'h', 'c', '[]', 'human', false, case when n % 10 = 0 then ${RECENT} end`,
    ),
    fill(
      'scenario_versions (scenario_id, n, author_id, origin, content, created_at)',
      sql`${ID}, 1, ${PERSON}, 'human', '{}', ${RECENT}`,
    ),
    fill(
      'shares (id, scenario_id, user_id, role, status, created_by, expires_at, updated_at)',
      sql`${ID}, ${ID}, ${PERSON}, 'viewer', case when n % 2 = 0 then 'active' else 'revoked' end, ${PERSON}, now() + interval '1 day', ${RECENT}`,
    ),
    fill('comments (id, scenario_id, author_id, body)', sql`${ID}, ${ID}, ${PERSON}, 'b'`),
    fill('search_words (owner_id, word)', sql`${PERSON}, 'w' || n`),
    fill(
      'templates (id, owner_id, name, kind, platform, tone, target_duration_s, beats, cta, language, must_avoid, instructions)',
      sql`${ID}, ${PERSON}, 'n', 'ad', 'tiktok', '{}', 30, '[]', 'c', 'ru', '{}', 'i'`,
    ),
  ],
  notifications: [
    ...EVERYWHERE,
    ...HEARING,
    fill('bus.log (topic, id, key, body, created_at)', sql`'user_events', ${ID}, ${PERSON}::text, '{}', ${RECENT}`),
    fill(
      'notifications (id, user_id, topic, kind, in_app, dedupe_key, created_at)',
      sql`${ID}, ${PERSON}, 'account', 'welcome', true, n::text, ${RECENT}`,
    ),
    fill('preferences (user_id)', ID_ALONE),
    fill('sendings (key, unknown, updated_at)', sql`n::text, 1, ${RECENT}`),
    fill(
      'outgoing (key, channel, weight, sender_hash, recipient_hash, created_at)',
      sql`n::text, 'email', 'everyday', decode(md5(n::text), 'hex'), decode(md5((-n)::text), 'hex'), ${RECENT}`,
    ),
    fill('opt_outs (mailbox_hash)', sql`decode(md5(n::text), 'hex')`),
    fill('deliveries (notification_id, channel, status, updated_at)', sql`${ID}, 'email', 'sent', ${RECENT}`),
    fill('mails (id, account_id, kind, status, created_at)', sql`${ID}, ${PERSON}, 'verify_email', 'sent', ${RECENT}`),
    fill(
      'text_messages (id, account_id, recipient, text, segments, created_at)',
      sql`${ID}, ${PERSON}, '+7', 't', 1, ${RECENT}`,
    ),
    fill(
      'push_subscriptions (id, user_id, endpoint, p256dh, auth)',
      sql`${ID}, ${PERSON}, 'https://push.test/' || n, 'p', 'a'`,
    ),
  ],
  ai: [
    ...EVERYWHERE,
    fill(
      'generations (operation_id, owner_id, request, created_at)',
      sql`'generation-' || ${ID}, ${PERSON}, '{"brief": "b"}', ${RECENT}`,
    ),
    fill(
      'operation_events (operation_id, seq, type, data, created_at)',
      sql`'generation-' || ${ID}, 1, case when n % 4 = 0 then 'succeeded' else 'delta' end, '{}', ${RECENT}`,
    ),
    fill(
      'answers (operation_id, step, answer, provider, model, is_demo, created_at)',
      sql`'generation-' || ${ID}, 's', '{}', 'p', 'm', true, ${RECENT}`,
    ),
    fill(
      'calls (id, operation_id, owner_id, attempt, step, provider, model, endpoint, rung, prompt_name, prompt_version, prompt_hash, messages, parameters, input_tokens, output_tokens, usage_estimated, price_version, priced, cost_micros, started_at)',
      sql`${ID}, 'generation-' || ${ID}, ${PERSON}, 1, 's', 'p', 'm', 'e', 'r', 'n', 1, 'h', 'text', '{}', 1, 1, false, 'v', true, 1, ${RECENT}`,
    ),
    fill('budgets (owner_id, period)', sql`${PERSON}, n::text`),
    fill(
      'ledger (operation_id, attempt, phase, owner_id, period, amount_micros, created_at)',
      sql`'generation-' || ${ID}, 1, 'reserve', ${PERSON}, '2026-11', 1, ${RECENT}`,
    ),
  ],
}

/** No statement may go without an answer for long. */
const AT_ONCE = 100_000

/** What is written to be one row of many: the person of every thousandth. */
export const ONE_OF_MANY = '00000000-0000-7000-8000-000000000007'

/**
 * Fills the tables of a service that grow with rows that nobody has to look at, and lets the planner know. Keys and triggers are not
 * looked after meanwhile: for that its role must be a superuser.
 * @param rows of each table; those that exist already must be behind `from`
 */
export async function fillTables<DB>(db: Kysely<DB>, service: Service, rows: number, only?: string): Promise<void> {
  await db.connection().execute(async (one) => {
    await sql`set session_replication_role = replica`.execute(one)
    await sql`set statement_timeout = 0`.execute(one)
    for (const of of TABLES[service]) {
      const [into, values] = of(service === 'ai' ? 'generation' : 'export')
      if (only !== undefined && into.split(' ')[0] !== only) continue
      for (let from = 1; from <= rows; from += AT_ONCE) {
        const series = sql`generate_series(${sql.lit(from)}, ${sql.lit(Math.min(rows, from + AT_ONCE - 1))}) n`
        await sql`insert into ${sql.raw(into)} select ${values} from ${series}`.execute(one)
      }
    }
    await sql`set session_replication_role = origin`.execute(one)
    await sql`reset statement_timeout`.execute(one)
    await sql`analyze`.execute(one)
  })
}
