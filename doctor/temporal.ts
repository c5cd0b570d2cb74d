import { taskQueue } from '../contracts/queues.ts'
import { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.ts'
import { inDays, RETENTION } from '../retention.ts'
import { SERVICES } from '../services.ts'
import { whyAway } from '../temporal/admission.ts'
import { temporalFault } from '../temporal/faults.ts'
import { said } from './databases.ts'
import { fault, ok, warning, type Check, type Examined, type Finding } from './finding.ts'

const LIMIT_MS = 5_000
/** Fairness keys and worker deployments are of it (temporal.io/changelog). */
const OLDEST = [1, 29] as const
/** Larger than any way of an answer. */
const SKEW_MS = 5_000

const ask = <T>({ temporal }: Examined, work: () => Promise<T>) => temporal.withDeadline(Date.now() + LIMIT_MS, work)

const isOlder = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

/** The server, its namespace, and what has to be set up in it. */
export const checkTemporal: Check = async (examined) => {
  const { temporal, config } = examined
  const check = 'temporal'
  const namespace = config.TEMPORAL_NAMESPACE
  try {
    return await ask(examined, async () => {
      const [{ serverVersion = '' }, described] = await Promise.all([
        temporal.workflowService.getSystemInfo({}),
        temporal.workflowService.describeNamespace({ namespace }),
      ])
      const kept = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0)
      const findings: Finding[] = []
      if (kept !== RETENTION.executions)
        findings.push(
          warning(check, 'temporal.retention', { days: inDays(kept), wanted: inDays(RETENTION.executions) }),
        )
      if (isOlder(serverVersion)) findings.push(warning(check, 'temporal.old', { version: serverVersion }))
      findings.push(...(await attributes(examined)))
      return findings.length > 0 ? findings : [ok(check, 'temporal.ok', { version: serverVersion, namespace })]
    })
  } catch (error) {
    const at = config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233'
    return [fault(check, `temporal.${await whyAway(error, config)}`, { at, namespace, error: said(error) })]
  }
}

async function attributes({ temporal, config }: Examined): Promise<Finding[]> {
  try {
    const { customAttributes } = await temporal.connection.operatorService.listSearchAttributes({
      namespace: config.TEMPORAL_NAMESPACE,
    })
    const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => customAttributes[name] === undefined)
    return missing.length > 0 ? [fault('temporal', 'temporal.attributes', { missing: missing.join(', ') })] : []
  } catch (error) {
    // Temporal Cloud has no such service.
    if (!['not_allowed', 'too_old'].includes(temporalFault(error))) throw error
    return [ok('temporal', 'temporal.attributes_unasked')]
  }
}

/** Whether each queue has somebody; and the server's clock, as its last look at a worker tells it. */
export const checkWorkers: Check = async (examined) => {
  const { temporal, config } = examined
  const queues = SERVICES.map((service) => taskQueue(service, config.TASK_QUEUE_SUFFIX))
  const pollers = await ask(examined, () =>
    Promise.all(
      queues.map(async (name) => {
        // 2: activities, which every service has.
        const answer = await temporal.workflowService.describeTaskQueue({
          namespace: config.TEMPORAL_NAMESPACE,
          taskQueue: { name },
          taskQueueType: 2,
        })
        return { name, seen: (answer.pollers ?? []).map((p) => Number(p.lastAccessTime?.seconds ?? 0) * 1_000) }
      }),
    ),
  )
  const missing = pollers.filter(({ seen }) => seen.length === 0).map(({ name }) => name)
  const ahead = Math.max(0, ...pollers.flatMap(({ seen }) => seen)) - Date.now()
  return [
    missing.length > 0
      ? warning('workers', 'workers.missing', { queues: missing.join(', ') })
      : ok('workers', 'workers.ok', { queues: queues.join(', ') }),
    ...(ahead > SKEW_MS ? [fault('clock', 'clock.skewed', { ms: -ahead, of: 'Temporal' })] : []),
  ]
}
