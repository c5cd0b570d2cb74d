import type { Service } from './services.ts'

const HOUR = 3_600
const DAY = 24 * HOUR

/**
 * This file is long because it is one list: every table of every service has its row below (`TABLES`), and a test misses one that has none.
 *
 * How long what the system keeps is kept, seconds. What a person can still use is measured from its making, what is kept for those who look
 * into something from its end.
 */
export const RETENTION = {
  /** A finished execution on the Temporal server. Short, for histories hold the work of people. */
  executions: 7 * DAY,
  /** What happened to an operation of `ai`, after its end; the end itself stays longer. No longer than its history. */
  operationEvents: 7 * DAY,
  /**
   * Texts of model calls, for those who look into a failure: the order, what was sent, what came, the draft. Until then a failed one can be
   * tried again.
   */
  callTexts: 30 * DAY,
  /** An operation, from its end: longer than a month, whose usage is the sum of its calls. */
  endedOperations: 90 * DAY,
  /** What an attempt was promised and what it cost; the sums of a month stay. */
  ledger: 400 * DAY,
  /** The first answer to an Idempotency-Key. */
  idempotencyKeys: 24 * HOUR,
  /** An event that the bus has, in the outbox of its service, for people who look for it. */
  sentEvents: 24 * HOUR,
  /** An event in the log of the Postgres bus, once every group has passed it. */
  busLog: 72 * HOUR,
  /** A message that nobody could handle. */
  deadLetters: 90 * DAY,
  /** That an event was handled. Longer than any bus keeps an event that it might deliver again. */
  handledEvents: 30 * DAY,
  /** A message of a type or version that no process knows yet, until it counts as one that nobody can handle. */
  unknownEvents: 7 * DAY,
  /** A registration that nobody finished: its address is free afterwards. */
  pendingAccounts: DAY,
  /** A session from sign-in, whatever its use. */
  sessions: 30 * DAY,
  /** A session whose refresh token nobody uses. */
  idleSessions: 14 * DAY,
  /** A session that ended, for the question which ones there were. */
  endedSessions: 30 * DAY,
  /** That a device was signed in from, since it last was. */
  devices: 90 * DAY,
  /** A refresh token that is used up, from the end of its life: until then its second use is told from a wrong one. */
  usedTokens: 0,
  /** A ticket that opens a stream; longer, and it would be worth stealing from a log. */
  streamTickets: 30,
  /** A link that opens one file for whoever has it. Kept nowhere. */
  signedLinks: 300,
  securityEvents: 180 * DAY,
  /** That a mail of an account was handed over to its workflow. */
  accountMails: 7 * DAY,
  /** That a message went out and nobody knows what became of it. Longer than it is tried (NOTIFY_GIVE_UP_S, a week at most). */
  sendings: 14 * DAY,
  /** What went out, for the budgets of messages: the longest time that one counts over. */
  outgoing: 30 * DAY,
  /** A link to set a new password (OWASP: as short as a mail may take). */
  passwordResets: HOUR,
  /** A link that proves an address. */
  emailVerifications: DAY,
  /** A code for a telephone number, from asking until the text is written, and again from there until it is typed in. */
  phoneCodes: 600,
  /** A person's archive, from its completion. */
  archives: DAY,
  /** A deleted scenario, in which time it can be restored. */
  deletedScenarios: 30 * DAY,
  /** Every version of a scenario; of older ones the last of each day stays, and those that have a message. */
  allVersions: 30 * DAY,
  /** Access that was taken back, or a link whose time is over. */
  endedShares: 90 * DAY,
  notifications: 180 * DAY,
  /** That a mail was dealt with: longer than anybody tries to send it. Without a mail server, the mail. */
  mails: 30 * DAY,
} as const

/** Rows of a table that have had their time, and what is done with them. */
export interface Rule {
  /** Seconds, from the time that the expression `since` gives. */
  readonly kept: number
  readonly since: string
  /** Of which rows; the index has the same condition. */
  readonly where?: string
  /** What else must be true of a row; `$kept` is the moment up to which `since` has had its time. */
  readonly also?: string
  /** Written over with these values, not removed. */
  readonly blank?: Readonly<Record<string, string>>
  /** Thinned: the last of each day stays. */
  readonly thin?: true
  /** By a Temporal schedule, not each few minutes. */
  readonly scheduled?: true
  /** Rows of a transaction, where others go with each of them; default 1,000. */
  readonly batch?: number
  /** That finds them. */
  readonly index: string
  readonly why: string
}

/** How long rows of a table stay: by rules, as long as a row of another table (by a foreign key), and else as `rest` says. */
export interface Keeping {
  readonly rules?: readonly Rule[]
  readonly with?: string
  /** For ever, because … */
  readonly rest?: string
}

const OPERATION_ENDED = 'exists (select from operations o where o.id = operation_id and o.finished_at < $kept)'
const ENDS = `('succeeded', 'failed', 'cancelled')`
const BOOKKEEPING: Keeping = { rest: 'a row for each name in the code' }

/** In the database of every service. */
const EVERYWHERE: Readonly<Record<string, Keeping>> = {
  operations: {
    rules: [
      {
        kept: RETENTION.endedOperations,
        since: 'finished_at',
        where: 'finished_at is not null',
        batch: 200,
        index: 'operations_ended',
        why: 'who asked for it can see how it ended',
      },
    ],
    rest: 'an open one ends',
  },
  start_intents: { with: 'operations' },
  idempotency_keys: {
    rules: [
      {
        kept: RETENTION.idempotencyKeys,
        since: 'created_at',
        index: 'idempotency_keys_age',
        why: 'a client that tries again does so within minutes',
      },
    ],
  },
  outbox: {
    rules: [
      {
        kept: RETENTION.sentEvents,
        since: 'sent_at',
        where: 'sent_at is not null',
        index: 'outbox_sent',
        why: 'for people who look for an event that the bus has',
      },
    ],
    rest: 'one that is not sent waits for the bus, or for people',
  },
  relay: BOOKKEEPING,
  leases: BOOKKEEPING,
  erased_people: { rest: 'an event may come at any time; a hash tells of nobody' },
  kysely_migration: BOOKKEEPING,
  kysely_migration_lock: BOOKKEEPING,
}

/** Of a service that hears of others. */
const HEARING: Readonly<Record<string, Keeping>> = {
  inbox: {
    rules: [
      {
        kept: RETENTION.handledEvents,
        since: 'handled_at',
        index: 'inbox_age',
        why: 'a bus may deliver again what it still has',
      },
    ],
  },
  dead_letters: {
    rules: [
      {
        kept: RETENTION.deadLetters,
        since: 'created_at',
        index: 'dead_letters_age',
        why: 'people look into it, and mend the consumer',
      },
    ],
  },
}

const IMPORTED: Keeping = { rest: 'what was removed here must not come back with the next import; it tells of nobody' }
const A_PERSONS = 'it is its person’s, and goes with the erasure'

/** Every table of every service: a test holds this list to the databases. docs/retention.md is made of it. */
export const TABLES: Readonly<Record<Service, Readonly<Record<string, Keeping>>>> = {
  auth: {
    ...EVERYWHERE,
    accounts: { rest: `${A_PERSONS}; a registration that nobody finished is given up by the workflow \`cleanup\`` },
    sessions: {
      rules: [
        {
          kept: RETENTION.endedSessions,
          since: 'least(expires_at, revoked_at)',
          batch: 200,
          index: 'sessions_ended',
          why: 'for the question which ones there were',
        },
      ],
    },
    devices: {
      rules: [
        {
          kept: RETENTION.devices,
          since: 'last_used_at',
          index: 'devices_age',
          why: 'whoever comes with it is no stranger',
        },
      ],
    },
    refresh_tokens: {
      rules: [
        {
          kept: RETENTION.usedTokens,
          since: 'expires_at',
          index: 'refresh_tokens_expired',
          why: 'a stolen one is noticed by its second use',
        },
      ],
    },
    letters: {
      rules: [
        {
          kept: RETENTION.accountMails,
          since: 'handed_over_at',
          where: 'handed_over_at is not null',
          index: 'letters_handed_over',
          why: 'its workflow is through by then',
        },
      ],
      rest: 'one that waits is handed over',
    },
    one_time_tokens: {
      rules: [{ kept: 0, since: 'expires_at', index: 'one_time_tokens_expired', why: 'it opens nothing any more' }],
    },
    stream_tickets: {
      rules: [{ kept: 0, since: 'expires_at', index: 'stream_tickets_expired', why: 'it opens nothing any more' }],
    },
    security_events: {
      rules: [
        {
          kept: RETENTION.securityEvents,
          since: 'created_at',
          index: 'security_events_age',
          why: 'an incident is looked into afterwards',
        },
      ],
    },
    archives: {
      rules: [{ kept: 0, since: 'expires_at', batch: 1, index: 'archives_expired', why: 'it can be asked for again' }],
    },
    archive_parts: { with: 'archives' },
    archive_pieces: { with: 'archives' },
    processes: { rest: 'each process takes its own row away when it stops, and those that said nothing for a day' },
    erasure_receipts: { rest: 'the proof of an erasure; it tells of nobody' },
    imported_rows: IMPORTED,
  },
  users: {
    ...EVERYWHERE,
    profiles: { rest: A_PERSONS },
    phone_codes: {
      rules: [{ kept: 0, since: 'expires_at', index: 'phone_codes_expired', why: 'it proves nothing any more' }],
    },
  },
  scenarios: {
    ...EVERYWHERE,
    ...HEARING,
    scenarios: {
      rules: [
        {
          kept: RETENTION.deletedScenarios,
          since: 'deleted_at',
          where: 'deleted_at is not null',
          scheduled: true,
          batch: 100,
          index: 'scenarios_deleted',
          why: 'a deletion can be taken back',
        },
      ],
      rest: A_PERSONS,
    },
    scenario_versions: {
      rules: [
        {
          kept: RETENTION.allVersions,
          since: 'created_at',
          where: 'message is null and not stays',
          thin: true,
          index: 'scenario_versions_unthinned',
          why: 'each step back is of use for a while, then the days are',
        },
      ],
      with: 'scenarios',
    },
    search_words: { rest: `each word of a person once; ${A_PERSONS}` },
    scenario_tags: { with: 'scenarios' },
    shares: {
      rules: [
        {
          kept: RETENTION.endedShares,
          since: 'updated_at',
          where: "status = 'revoked'",
          index: 'shares_revoked',
          why: 'for the question who had access',
        },
        {
          kept: RETENTION.endedShares,
          since: 'expires_at',
          where: 'expires_at is not null',
          index: 'shares_expired',
          why: 'for the question who had access',
        },
      ],
      with: 'scenarios',
    },
    comments: { with: 'scenarios' },
    templates: { rest: A_PERSONS },
    imported_rows: IMPORTED,
  },
  notifications: {
    ...EVERYWHERE,
    ...HEARING,
    'bus.log': {
      rules: [
        {
          kept: RETENTION.busLog,
          since: 'created_at',
          also: 'not exists (select from bus.positions p where p.topic = log.topic and p.seq < log.seq)',
          index: 'log_age',
          why: 'every group has passed it; for people who look for an event',
        },
      ],
    },
    'bus.positions': { rest: 'a row for each group and topic' },
    mails: {
      rules: [{ kept: RETENTION.mails, since: 'created_at', index: 'mails_age', why: 'a mail is not sent twice' }],
    },
    text_messages: {
      rules: [
        {
          kept: RETENTION.mails,
          since: 'created_at',
          index: 'text_messages_age',
          why: 'to be looked at on a developer’s machine',
        },
      ],
    },
    notifications: {
      rules: [
        {
          kept: RETENTION.notifications,
          since: 'created_at',
          batch: 500,
          index: 'notifications_age',
          why: 'nobody reads further back',
        },
      ],
    },
    sendings: {
      rules: [
        {
          kept: RETENTION.sendings,
          since: 'updated_at',
          index: 'sendings_age',
          why: 'nobody tries it any more by then',
        },
      ],
    },
    outgoing: {
      rules: [
        {
          kept: RETENTION.outgoing,
          since: 'created_at',
          index: 'outgoing_age',
          why: 'no budget counts further back; who sent and who got it are keyed hashes',
        },
      ],
    },
    opt_outs: { rest: 'the wish not to be written to, which must hold; the address is there as a slow hash alone' },
    deliveries: { with: 'notifications' },
    delivery_intents: { with: 'notifications' },
    preferences: { rest: A_PERSONS },
    push_subscriptions: { rest: `until its session ends or its browser is gone; ${A_PERSONS}` },
  },
  ai: {
    ...EVERYWHERE,
    operations: {
      ...EVERYWHERE['operations'],
      rules: [
        ...(EVERYWHERE['operations']?.rules ?? []),
        {
          kept: RETENTION.callTexts,
          since: 'finished_at',
          where: "kind = 'title' and result is not null",
          blank: { result: 'null' },
          index: 'operations_with_titles',
          why: 'titles are what a model wrote',
        },
      ],
    },
    generations: {
      rules: [
        {
          kept: RETENTION.callTexts,
          since: 'created_at',
          where: "request <> '{}'",
          also: OPERATION_ENDED,
          blank: { request: "'{}'", draft: 'null' },
          index: 'generations_with_texts',
          why: 'a failed one can be tried again; the script itself is a scenario by then',
        },
      ],
      with: 'operations',
    },
    running_activities: { rest: 'it is removed when the activity has ended, or its worker is gone' },
    answers: {
      rules: [
        {
          kept: RETENTION.callTexts,
          since: 'created_at',
          also: OPERATION_ENDED,
          index: 'answers_age',
          why: 'a failed one that is tried again does not pay twice',
        },
      ],
    },
    calls: {
      rules: [
        {
          kept: RETENTION.callTexts,
          since: 'started_at',
          where: 'octet_length(messages) > 0',
          blank: { messages: "''", answer: 'null' },
          index: 'calls_with_texts',
          why: 'a failure is looked into; the sums stay as long as the operation',
        },
      ],
      with: 'operations',
    },
    operation_events: {
      rules: [
        {
          kept: RETENTION.operationEvents,
          since: 'created_at',
          where: `type not in ${ENDS}`,
          also: OPERATION_ENDED,
          index: 'operation_events_age',
          why: 'of use only while somebody watches',
        },
        {
          kept: RETENTION.callTexts,
          since: 'created_at',
          where: `type in ${ENDS}`,
          also: OPERATION_ENDED,
          index: 'operation_events_ends',
          why: 'how an attempt ended, with what it came to',
        },
      ],
    },
    budgets: { rest: `the sums of a person’s month; ${A_PERSONS}` },
    ledger: {
      rules: [
        {
          kept: RETENTION.ledger,
          since: 'created_at',
          index: 'ledger_age',
          why: 'a year’s accounts, and the month after it',
        },
      ],
    },
    provider_health: { rest: 'a row for each provider' },
    provider_learned: { rest: 'a row for each server of models' },
  },
}

/** A period as people read it. @param seconds whole days */
export const inDays = (seconds: number): number => seconds / DAY
