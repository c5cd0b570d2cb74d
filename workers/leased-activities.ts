import { setTimeout as delay } from 'node:timers/promises'
import { Context } from '@temporalio/activity'
import { ActivityNotFoundError, type Client } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { LeasedActivities } from '../activities/ai/generation.ts'
import { heartbeating, untilAborted } from '../activities/heartbeat.ts'
import { beginRunning, endRunning, inspectRunning, listRunning, type Findings } from '../db/ai/running-activities.ts'
import type { AiDb } from '../db/ai/schema.ts'
import { createKeeper, freeLeasesOfGone, type Held } from '../db/leases/keeper.ts'
import { dropExpiredLeases } from '../db/leases/leases.ts'
import { listenTo } from '../db/listener.ts'
import { CANCEL_CHANNEL } from '../db/operations/operations.ts'
import { EndWanted } from '../llm/provider.ts'
import { runLoop } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'

/**
 * So long after its last sign of life a process counts as gone. One that stands still for less than 2 s is never taken for gone: what is
 * between two renewals comes on top, so they are frequent.
 */
const LEASE_MS = 2_500
const RENEW_MS = 500
/** How often one looks for wishes that no notification told of. For others that are gone one looks when their lease ends. */
const LOOK_MS = 1_000
/** Less than half of the heartbeat timeout. Every beat is a transaction of the server: it is for the case that nobody looks. */
const BEAT_MS = 25_000
/**
 * While the server's word of a cancellation is awaited, which comes with the answer to a beat. After that time the step fails, and is run
 * again and asks the row again.
 */
const CANCELLED = { everyMs: 250, timeoutMs: 60_000 }
/** How long rows of what has ended stay, so that one statement removes many: who is told of them knows of no such execution. */
const FORGET_MS = 100
/** Executions handed on at once. */
const AT_ONCE = 20

const PREFIX = 'activities:'

/** Temporal hands the execution out again at once. */
const abandoned = () =>
  ApplicationFailure.create({ message: 'its worker is gone', type: 'WorkerGone', nextRetryDelay: '10ms' })

type Abandoned = Findings['abandoned'][number]

interface Running {
  readonly token: Buffer
  readonly unwanted: AbortController
}

/**
 * One lease for all activities of this process, instead of a heartbeat for each: it is renewed each second in the database, and who sees
 * that of another process run out tells Temporal that its executions have failed, so that they are handed out again. A call of 20 s cost 26
 * beats before, each a transaction of the Temporal server and a billable action.
 *
 * A process that stood still may find its executions handed on: what it then stores is refused (the first answer of a step stays), and it
 * ends them when it notices. It lives until `stopping` is aborted and its last activity has ended.
 * @param url of the database, for the connection that listens
 */
export function leaseActivities(deps: {
  readonly db: Kysely<AiDb>
  readonly url: string
  readonly client: Client
  readonly logger: Logger
  readonly stopping: AbortSignal
}): LeasedActivities {
  const { db, client, logger, stopping } = deps
  const lease = `${PREFIX}${uuidv7()}`
  const place = createKeeper(db, lease, LEASE_MS, RENEW_MS)
  const running = new Map<Running, string>()
  let last: Held | undefined
  /** On the clock of `performance.now()`: from then on one's own look tells of others. */
  let sureFrom = 0

  const handOn = async ({ task_token: token, operation_id: workflowId }: Abandoned) => {
    // Its workflow is most often of the same process: its next step would wait a second for it first.
    const asked = { namespace: client.options.namespace, execution: { workflowId } }
    const reset = client.workflowService.resetStickyTaskQueue(asked).catch(() => {})
    try {
      await Promise.all([client.activity.fail(token, abandoned()), reset])
      logger.warn('an activity of a worker that is gone was handed on')
    } catch (error) {
      // It had ended, or somebody else was faster.
      if (!(error instanceof ActivityNotFoundError)) throw error
    }
  }
  const end = (ids: ReadonlySet<string>) => {
    for (const [{ unwanted }, id] of running) if (ids.has(id)) unwanted.abort(new EndWanted('its end is wanted'))
  }
  /** This process stood still, or the database was away for it: others may have taken its activities for abandoned. */
  const endHandedOn = async () => {
    const mine = [...running.keys()]
    const kept = new Set((await listRunning(db, lease)).map((token) => token.toString('base64')))
    for (const { token, unwanted } of mine)
      if (!kept.has(token.toString('base64'))) unwanted.abort(new Error('it was handed on'))
  }

  /** @returns after how many milliseconds to look again */
  const look = async (): Promise<number> => {
    const held = await place.take()
    if (!held) return LOOK_MS
    if (held !== last) {
      if (last) {
        // Whatever kept this process from renewing may have kept the others too: they renew within this time.
        sureFrom = performance.now() + LEASE_MS
        await endHandedOn()
      } else {
        await freeLeasesOfGone(db, PREFIX)
        dropExpiredLeases(db, PREFIX).catch(() => {})
      }
      last = held
    }
    const found = await inspectRunning(db, lease)
    end(new Set(found.unwanted))
    if (performance.now() < sureFrom) return LOOK_MS
    for (let i = 0; i < found.abandoned.length; i += AT_ONCE) {
      const some = found.abandoned.slice(i, i + AT_ONCE)
      await Promise.all(some.map(handOn))
      // A crash before this line: the next one to look tells Temporal again, which then knows of no such execution.
      await endRunning(
        db,
        some.map((one) => one.task_token),
      )
    }
    return Math.min(found.nextEndsInMs, LOOK_MS)
  }
  let failing = false
  const loop = runLoop({
    name: 'leased activities',
    round: async () => {
      const ms = await look()
      failing = false
      return ms
    },
    failed: (error) => {
      if (!failing) logger.warn({ err: error }, 'the lease of the activities cannot be looked after')
      failing = true
      return LOOK_MS
    },
  })
  const listener = listenTo(deps.url, [CANCEL_CHANNEL], (_, id) => (id === '' ? loop.wake() : end(new Set([id]))))

  const ended: Buffer[] = []
  let forgetting: Promise<void> | undefined
  const forgetEnded = async () => {
    await delay(FORGET_MS)
    forgetting = undefined
    // A row that stays is told to Temporal when this process is gone, which then knows of no such execution.
    await endRunning(db, ended.splice(0)).catch(() => {})
    closeWhenIdle()
  }

  let closed = false
  const closeWhenIdle = () => {
    if (closed || !stopping.aborted || running.size > 0 || forgetting) return
    closed = true
    // What cannot be given back runs out by itself.
    const close = async () => {
      await Promise.all([loop.stop(), listener.stop()])
      await place.free()
    }
    close().catch(() => {})
  }
  stopping.addEventListener('abort', closeWhenIdle, { once: true })

  return {
    run: async (operationId, step) => {
      const context = Context.current()
      const activity: Running = { token: Buffer.from(context.info.taskToken), unwanted: new AbortController() }
      running.set(activity, operationId)
      try {
        // The first one of a process comes before its first look.
        await place.take()
        await beginRunning(db, { task_token: activity.token, lease, operation_id: operationId })
        return await heartbeating({ everyMs: BEAT_MS, also: [activity.unwanted.signal] }, step)
      } catch (error) {
        // Only when the server says that the activity is cancelled it may end as such.
        if (activity.unwanted.signal.aborted) await heartbeating(CANCELLED, untilAborted).catch(() => {})
        context.cancellationSignal.throwIfAborted()
        throw error
      } finally {
        running.delete(activity)
        ended.push(activity.token)
        forgetting ??= forgetEnded()
      }
    },
  }
}
