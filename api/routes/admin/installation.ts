import { cleanupScheduleId } from '../../../contracts/cleanup.ts'
import { purgeScheduleId } from '../../../contracts/purge.ts'
import { listHealth } from '../../../db/ai/health.ts'
import { settledBetween } from '../../../db/ai/ledger.ts'
import { livingProcesses } from '../../../db/auth/processes.ts'
import { countDeadLetters } from '../../../db/inbox/dead-letters.ts'
import { readDay } from '../../../db/operations/days.ts'
import { waitingIntents } from '../../../db/operations/intents.ts'
import { openOperations } from '../../../db/operations/operations.ts'
import { countSetAside, outboxBacklog } from '../../../db/outbox/outbox.ts'
import { CURRENCY } from '../../../llm/prices.ts'
import { SERVICES, type Service } from '../../../services.ts'
import { scheduleState } from '../../../temporal/schedules.ts'
import type { ApiDeps } from '../../context.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { Day, DayQuery, InstallationState } from '../../schemas/installation.ts'

const DAY_MS = 86_400_000
const TEMPORAL_MS = 5_000

/** What a service's own database says of what waits. */
async function waiting({ databases }: ApiDeps, service: Service) {
  const db = databases[service]
  const [open, starts, outbox, set_aside, dead] = await Promise.all([
    openOperations(db),
    waitingIntents(db),
    outboxBacklog(db),
    countSetAside(db),
    service === 'notifications' || service === 'scenarios' ? countDeadLetters(databases[service]) : null,
  ])
  return {
    service,
    open: open.reduce((sum, row) => sum + row.open, 0),
    starts: starts.n,
    starts_oldest_s: starts.oldest_s,
    unsent: outbox.unsent,
    unsent_oldest_s: outbox.oldest_s,
    set_aside,
    dead_letters: dead && dead.dead + dead.waiting,
  }
}

async function providers({ config, databases }: ApiDeps) {
  const known = new Map((await listHealth(databases.ai)).map((row) => [row.name, row]))
  const shown = config.demo ? [{ name: 'demo', model: 'demo' }] : config.providers
  return shown.map(({ name, model }) => {
    const { healthy = true, reason = null, changed_at } = known.get(name) ?? {}
    return { name, model, is_demo: config.demo, healthy, reason, changed_at: changed_at?.toISOString() ?? null }
  })
}

/** Null when Temporal is away: the rest is shown all the same. */
async function schedules({ config, temporal }: ApiDeps) {
  const ids = [cleanupScheduleId, purgeScheduleId].map((id) => id(config.TASK_QUEUE_SUFFIX))
  const states = await temporal
    .withDeadline(Date.now() + TEMPORAL_MS, () => Promise.all(ids.map((id) => scheduleState(temporal, id))))
    .catch(() => null)
  return (
    states &&
    states.map(({ last_success_at, next_at, ...state }) => ({
      ...state,
      last_success_at: last_success_at?.toISOString() ?? null,
      next_at: next_at?.toISOString() ?? null,
    }))
  )
}

/** The installation as a whole: what works, what waits, and what a day came to. */
export function installationRoutes(deps: ApiDeps): Route[] {
  const { databases } = deps
  return [
    route({
      method: 'get',
      path: '/admin/state',
      summary: 'Providers, what waits in each service, schedules, processes',
      auth: 'admin',
      responses: { 200: InstallationState },
      handle: async () => {
        const [writers, services, planned, processes] = await Promise.all([
          providers(deps),
          Promise.all(SERVICES.map((service) => waiting(deps, service))),
          schedules(deps),
          livingProcesses(databases.auth),
        ])
        const living = processes.map((one) => ({ ...one, started_at: one.started_at.toISOString() }))
        return ok({ providers: writers, services, schedules: planned, processes: living })
      },
    }),
    route({
      method: 'get',
      path: '/admin/day',
      summary: 'What a day (UTC) came to: accepted, ended by code, how long it took, money',
      auth: 'admin',
      query: DayQuery,
      responses: { 200: Day },
      handle: async ({ query }) => {
        const date = query.date ?? new Date().toISOString().slice(0, 10)
        const from = new Date(`${date}T00:00:00Z`)
        const to = new Date(from.getTime() + DAY_MS)
        const [kinds, settled_micros] = await Promise.all([
          Promise.all(SERVICES.map((service) => readDay(databases[service], from, to))),
          settledBetween(databases.ai, from, to),
        ])
        return ok({ date, currency: CURRENCY, settled_micros, kinds: kinds.flat() })
      },
    }),
  ]
}
