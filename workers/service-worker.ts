import { ApplicationFailure } from '@temporalio/common'
import type { NativeConnection, WorkflowBundlePath } from '@temporalio/worker'
import { createPersonActivities } from '../activities/personal-data.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import type { Stoppable } from '../lifecycle.ts'
import type { Service } from '../services.ts'
import { dataConverter } from '../temporal/client.ts'
import { identityOf } from '../temporal/identity.ts'
import { taskQueue } from '../contracts/queues.ts'
import { DEFINITIONS } from './services/index.ts'
import type { ServiceDefinition, ServiceDeps } from './services/service.ts'
import { traceActivities, traceSinks } from './tracing.ts'
import { ThreadSharingWorker } from './workflow-thread.ts'
import { buildIdOf, deploymentOptions, watchVersion } from './versioning.ts'

/** Bounded, since the default grows with the heap; a generation's workflow takes about 100 KB of it. */
const MAX_CACHED_WORKFLOWS = 300
/** Database steps end well within this. */
const GRACE_MS = 5_000
/** For a call that was cancelled to end at its socket. */
const FORCE_AFTER_MS = 5_000

/** Of a step that would begin something paid when its worker is told to stop: another worker takes it up at once. */
const workerStops = (): ApplicationFailure =>
  ApplicationFailure.create({ message: 'this worker stops', type: 'WorkerStops', nextRetryDelay: '100ms' })

/** A service's worker that takes work. */
export interface RunningWorker extends Stoppable {
  isRunning(): boolean
  /** Asks for work by another connection from now on. */
  moveTo(connection: NativeConnection): void
}

/** Export and erasure of what the service holds of people. */
function personalDataActivities<S extends Service>({ db, internal }: ServiceDeps<S>, service: S) {
  const { personalData, erasesInOwnStep }: ServiceDefinition<S> = DEFINITIONS[service]
  const { exportPerson, erasePerson } = createPersonActivities<AcceptTables>({ db, tables: personalData, internal })
  return erasesInOwnStep ? { exportPerson } : { exportPerson, erasePerson }
}

/** @param failed told of a worker that died (its server gone for too long), which takes no work any more */
export async function startServiceWorker<S extends Service>(
  service: S,
  deps: ServiceDeps<S>,
  {
    connection,
    bundle,
    failed,
  }: {
    connection: NativeConnection
    bundle: WorkflowBundlePath
    failed: (error: unknown, service: Service) => void
  },
): Promise<RunningWorker> {
  const { config, keys } = deps
  const definition: ServiceDefinition<S> = DEFINITIONS[service]
  const perSecond = definition.perSecond?.(config)
  const stopping = new AbortController()
  const queue = taskQueue(service, config.TASK_QUEUE_SUFFIX)
  const buildId = config.WORKER_VERSIONING === 'on' ? buildIdOf(bundle.codePath) : null
  const behaviour = definition.outlivesVersions ? 'AUTO_UPGRADE' : 'PINNED'
  const graceMs = definition.drains ? Math.max(config.workersDrainMs, GRACE_MS) : GRACE_MS
  const worker = await ThreadSharingWorker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: queue,
    identity: identityOf(service),
    dataConverter: dataConverter(keys),
    activities: {
      ...definition.activities({ ...deps, stopping: stopping.signal }),
      ...personalDataActivities(deps, service),
    },
    ...(definition.workflows && { workflowBundle: bundle, maxCachedWorkflows: MAX_CACHED_WORKFLOWS }),
    // Activities alone have no history that a version could part with: any worker takes them.
    ...(definition.workflows && buildId && { workerDeploymentOptions: deploymentOptions(queue, buildId, behaviour) }),
    interceptors: { activity: [traceActivities] },
    sinks: traceSinks,
    maxConcurrentActivityTaskExecutions: definition.concurrency(config),
    ...(perSecond !== undefined && { maxTaskQueueActivitiesPerSecond: perSecond }),
    // A cancellation comes back with a heartbeat. By default those go out at 80 % of the heartbeat timeout.
    maxHeartbeatThrottleInterval: '500ms',
    // The next step of a workflow whose worker was killed waits for it so long, 10 s by default; to replay short histories is nothing.
    stickyQueueScheduleToStartTimeout: '1s',
    // A call that outlives it is cancelled then, and taken up by another worker.
    shutdownGraceTime: graceMs,
    shutdownForceTime: graceMs + FORCE_AFTER_MS,
  })
  const running = worker.run()
  running.catch((error: unknown) => failed(error, service))
  const version = definition.workflows ? watchVersion({ queue, buildId }, deps) : null
  return {
    isRunning: () => worker.getState() === 'RUNNING',
    moveTo: (other) => void (worker.connection = other),
    stop: async () => {
      stopping.abort(workerStops())
      if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.all([running.catch(() => {}), version?.stop()])
    },
  }
}
