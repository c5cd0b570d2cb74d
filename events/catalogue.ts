import { z } from 'zod'

/** Ids only: no password, token, prompt text or e-mail address stands in an event. */
const user = z.strictObject({ user_id: z.uuid() })
const scenario = z.strictObject({ scenario_id: z.uuid(), owner_id: z.uuid(), version: z.int().positive() })
const generation = z.strictObject({ operation_id: z.string(), owner_id: z.uuid() })

/** Every event: its topic, which field is its key (the aggregate whose order is kept), and its data. */
export const EVENTS = {
  user_registered: { topic: 'user_events', key: 'user_id', data: user },
  scenario_created: { topic: 'scenario_events', key: 'scenario_id', data: scenario },
  generation_started: { topic: 'ai_events', key: 'operation_id', data: generation },
  generation_succeeded: {
    topic: 'ai_events',
    key: 'operation_id',
    data: generation.extend({ scenario_id: z.uuid(), version: z.int().positive() }),
  },
  generation_failed: { topic: 'ai_events', key: 'operation_id', data: generation.extend({ code: z.string() }) },
  generation_cancelled: { topic: 'ai_events', key: 'operation_id', data: generation },
} as const

export type EventType = keyof typeof EVENTS
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]['data']>
