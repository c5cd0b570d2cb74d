import { z } from 'zod'
import { OPERATION_KINDS } from '../../contracts/kinds.ts'
import { OPERATION_STATUSES } from '../../db/operations/schema.ts'
import { SERVICES } from '../../services.ts'
import { uuid } from './text.ts'

const moment = z.iso.datetime()
const count = z.int().min(0)
const seconds = z.number().min(0)

/** What waits and what works in the installation. */
export const InstallationState = z.object({
  providers: z.array(
    z.object({
      name: z.string(),
      model: z.string(),
      is_demo: z.boolean(),
      healthy: z.boolean(),
      /** Why it does not work, as a worker found out. */
      reason: z.string().nullable(),
      changed_at: moment.nullable(),
    }),
  ),
  services: z.array(
    z.object({
      service: z.enum(SERVICES),
      /** Operations that are open. */
      open: count,
      /** Accepted ones that are not started. */
      starts: count,
      starts_oldest_s: seconds,
      /** Events that are not sent. */
      unsent: count,
      unsent_oldest_s: seconds,
      set_aside: count,
      /** Messages that it could not handle; of one that hears nothing: null. */
      dead_letters: count.nullable(),
    }),
  ),
  /** Null: Temporal was not to be asked. */
  schedules: z
    .array(
      z.object({
        id: z.string(),
        exists: z.boolean(),
        paused: z.boolean(),
        note: z.string().nullable(),
        last_success_at: moment.nullable(),
        next_at: moment.nullable(),
      }),
    )
    .nullable(),
  processes: z.array(
    z.object({ role: z.string(), host: z.string(), pid: z.int(), version: z.string(), started_at: moment }),
  ),
})

export const DeadLetterList = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      /** Who could not handle it, or from whose outbox it could not be sent. */
      place: z.string(),
      topic: z.string(),
      state: z.enum(['set_aside', 'replaying', 'waits_for_newer']),
      tries: z.int().nullable(),
      reason: z.string(),
      created_at: moment,
    }),
  ),
})
export const DeadLetterParams = z.object({ id: uuid })
export const WholeDeadLetter = z.record(z.string(), z.unknown())

/** A day as `2026-11-27`, UTC. */
export const DayQuery = z.object({ date: z.iso.date().optional() })
export const Day = z.object({
  date: z.string(),
  currency: z.string(),
  /** What operations that ended on it cost. */
  settled_micros: z.int(),
  kinds: z.array(
    z.object({
      kind: z.enum(OPERATION_KINDS),
      accepted: count,
      ended: z.array(
        z.object({ status: z.enum(OPERATION_STATUSES), error_code: z.string().nullable(), count: z.int().min(1) }),
      ),
      p50_s: seconds.nullable(),
      p95_s: seconds.nullable(),
    }),
  ),
})
