import {
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnection,
  type WorkflowBundleOption,
} from '@temporalio/worker'
import type { Service } from '../services.ts'
import { dataConverter } from '../temporal.ts'
import { stepOf, withTrace } from '../trace.ts'
import { taskQueue } from '../workflows/queues.ts'
import { traceIn } from '../workflows/trace.ts'
import { personActivities } from './person.ts'
import { SERVICE_WORKERS, type WorkerDeps } from './services.ts'

/** Bounded, since the default grows with the heap; a generation's workflow takes about 100 KB of it. */
const MAX_CACHED_WORKFLOWS = 300
/** Database steps end well within this; a model call is cancelled then and taken up by another worker. */
const GRACE = '5s'
/** Below the 14 s of lifecycle.ts. */
const FORCE = '10s'

/** An activity belongs to the trace of its execution: so do the events that it writes. */
const traceActivity: ActivityInterceptorsFactory = () => ({
  inbound: {
    execute: (input, next) => {
      const trace = traceIn(input.headers)
      return withTrace(trace && stepOf(trace), () => next(input))
    },
  },
})

/** The worker of one service. */
export async function createServiceWorker(
  service: Service,
  deps: WorkerDeps,
  connection: NativeConnection,
  workflowBundle: WorkflowBundleOption,
): Promise<Worker> {
  const { activities, workflows, maxConcurrentActivities, perSecond } = SERVICE_WORKERS[service](deps)
  return Worker.create({
    connection,
    namespace: deps.config.TEMPORAL_NAMESPACE,
    taskQueue: taskQueue(service, deps.config.TASK_QUEUE_SUFFIX),
    dataConverter: dataConverter(deps.keys),
    activities: { ...activities, ...personActivities(service, deps) },
    ...(workflows && { workflowBundle, maxCachedWorkflows: MAX_CACHED_WORKFLOWS }),
    interceptors: { activity: [traceActivity] },
    maxConcurrentActivityTaskExecutions: maxConcurrentActivities,
    ...(perSecond !== undefined && { maxTaskQueueActivitiesPerSecond: perSecond }),
    // A cancellation comes back with a heartbeat. By default those go out at 80 % of the heartbeat timeout, here 4 s.
    maxHeartbeatThrottleInterval: '500ms',
    shutdownGraceTime: GRACE,
    shutdownForceTime: FORCE,
  })
}
