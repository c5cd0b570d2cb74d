import { z } from 'zod'
import type { Service } from '../services.ts'

/** Ids only: no password, token, prompt text or e-mail address stands in an event. */
const user = z.strictObject({ user_id: z.uuid() })
const scenario = z.strictObject({ scenario_id: z.uuid(), owner_id: z.uuid(), version: z.int().positive() })
const generation = z.strictObject({ operation_id: z.string(), owner_id: z.uuid() })
const notification = z.strictObject({ notification_id: z.uuid(), user_id: z.uuid(), topic: z.string() })
const share = z.strictObject({
  scenario_id: z.uuid(),
  owner_id: z.uuid(),
  share_id: z.uuid(),
  /** Null for an invitation whose address has no account yet, and for a link. */
  grantee_id: z.uuid().nullable(),
  role: z.enum(['viewer', 'commenter', 'editor']),
})

export const TOPICS = ['user_events', 'scenario_events', 'ai_events', 'notification_events'] as const
export type Topic = (typeof TOPICS)[number]

/**
 * Who sends the events of a topic. Another service hands its own of that topic over to this one, so that those of a key, whoever they are
 * of, stand in one outbox in the order of what happened.
 */
export const SENDERS: Readonly<Record<Topic, Service>> = {
  user_events: 'auth',
  scenario_events: 'scenarios',
  ai_events: 'ai',
  notification_events: 'notifications',
}

/** Every group of consumers that there is: a broker that keeps events for known groups alone is told of these beforehand. */
export const CONSUMER_GROUPS = ['notifications', 'scenarios'] as const

/**
 * One kind of event: its topic, which field is its key (the aggregate whose order is kept), its data, and the data's version (1 unless
 * said).
 */
interface Entry {
  readonly topic: Topic
  readonly key: string
  readonly data: z.ZodType
  readonly version?: number
}

/** Every event. A change that a consumer of the old data could not read is a new `version`. */
export const EVENTS = {
  user_registered: { topic: 'user_events', key: 'user_id', data: user },
  user_verified: { topic: 'user_events', key: 'user_id', data: user },
  user_logged_in: { topic: 'user_events', key: 'user_id', data: user },
  /** Whatever lives by them ends. */
  sessions_ended: {
    topic: 'user_events',
    key: 'user_id',
    data: user.extend({ session_ids: z.array(z.uuid()).min(1) }),
  },
  /** On a device that is not known to be the person’s. */
  user_logged_in_anew: { topic: 'user_events', key: 'user_id', data: user.extend({ session_id: z.uuid() }) },
  user_password_changed: { topic: 'user_events', key: 'user_id', data: user },
  user_updated: { topic: 'user_events', key: 'user_id', data: user },
  user_erasure_scheduled: {
    topic: 'user_events',
    key: 'user_id',
    data: user.extend({ operation_id: z.string(), erased_at: z.iso.datetime() }),
  },
  user_erased: { topic: 'user_events', key: 'user_id', data: user },
  scenario_created: { topic: 'scenario_events', key: 'scenario_id', data: scenario },
  scenario_shared: { topic: 'scenario_events', key: 'scenario_id', data: share },
  scenario_unshared: { topic: 'scenario_events', key: 'scenario_id', data: share.omit({ role: true }) },
  scenario_updated: { topic: 'scenario_events', key: 'scenario_id', data: scenario },
  scenario_deleted: { topic: 'scenario_events', key: 'scenario_id', data: scenario },
  scenario_restored: { topic: 'scenario_events', key: 'scenario_id', data: scenario },
  comment_added: {
    topic: 'scenario_events',
    key: 'scenario_id',
    data: z.strictObject({
      scenario_id: z.uuid(),
      owner_id: z.uuid(),
      comment_id: z.uuid(),
      author_id: z.uuid(),
      /** Of a reply: who began the thread. */
      thread_author_id: z.uuid().nullable(),
    }),
  },
  generation_started: { topic: 'ai_events', key: 'operation_id', data: generation },
  generation_succeeded: {
    topic: 'ai_events',
    key: 'operation_id',
    /** Of a proposal nothing is stored: `version` is the one that it would change. */
    data: generation.extend({
      scenario_id: z.uuid(),
      version: z.int().positive(),
      proposal: z.literal(true).optional(),
    }),
  },
  generation_failed: { topic: 'ai_events', key: 'operation_id', data: generation.extend({ code: z.string() }) },
  generation_cancelled: { topic: 'ai_events', key: 'operation_id', data: generation },
  budget_spent: {
    topic: 'ai_events',
    key: 'owner_id',
    /** So much of the month (`2026-11`) is spent: once for each month and percentage. */
    data: z.strictObject({ owner_id: z.uuid(), period: z.string(), percent: z.union([z.literal(80), z.literal(100)]) }),
  },
  provider_failed: {
    topic: 'ai_events',
    key: 'provider',
    /** Tells one admin that a model provider does not work; `reason` is one of our words for why. */
    data: z.strictObject({ user_id: z.uuid(), provider: z.string(), reason: z.string() }),
  },
  notification_created: { topic: 'notification_events', key: 'notification_id', data: notification },
  notification_delivered: {
    topic: 'notification_events',
    key: 'notification_id',
    data: notification.extend({ channel: z.string() }),
  },
  notification_failed: {
    topic: 'notification_events',
    key: 'notification_id',
    data: notification.extend({ channel: z.string(), reason: z.string() }),
  },
} as const satisfies Record<string, Entry>

export type EventType = keyof typeof EVENTS
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]['data']>

/** The version of the data that this code writes and reads. */
export const versionOf = (type: EventType): number => (EVENTS[type] as Entry).version ?? 1
