import { setTimeout as delay } from 'node:timers/promises'
import { isGrpcServiceError, type Client, type WorkflowService } from '@temporalio/client'
import proto from '@temporalio/proto'

const { RoutingConfigUpdateState, WorkerDeploymentVersionStatus: Status } = proto.temporal.api.enums.v1

/** gRPC's codes (grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const NOT_FOUND = 5
const FAILED_PRECONDITION = 9
const UNIMPLEMENTED = 12
/** For the server to tell all partitions of the queue. */
const SPREAD_WITHIN_MS = 30_000

const STATUS = {
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE]: 'inactive',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT]: 'current',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING]: 'ramping',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING]: 'draining',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED]: 'drained',
} as const
type VersionStatus = (typeof STATUS)[keyof typeof STATUS] | 'unknown'

/** The versions of the workers of one task queue, as the server knows them (docs.temporal.io/worker-deployments). */
export interface Deployment {
  /** The version that gets new executions; null: workers without a version do. */
  readonly current: string | null
  /** Whether anybody ever said which version is current; null is somebody's decision then. */
  readonly decided: boolean
  /** By build id. */
  readonly versions: ReadonlyMap<string, VersionStatus>
  readonly spread: boolean
  /** A change that names it is refused when another came first. */
  readonly conflictToken: Uint8Array
}

/** Of a client. */
type Server = Pick<Client, 'withDeadline'> & {
  readonly options: { readonly namespace: string }
  readonly workflowService: WorkflowService
}

/** The server is older than worker deployments, or has them switched off. */
export const hasNoDeployments = (error: unknown): boolean => isGrpcServiceError(error) && error.code === UNIMPLEMENTED
/** Another change came first, or no worker of that version has been seen. */
export const isRefused = (error: unknown): boolean =>
  isGrpcServiceError(error) && [NOT_FOUND, FAILED_PRECONDITION].includes(error.code)

/** What the server knows of a deployment; null: nothing, no versioned worker of it has asked for work yet. */
export async function describeDeployment(
  { workflowService, options }: Server,
  name: string,
): Promise<Deployment | null> {
  try {
    const { workerDeploymentInfo: info, conflictToken } = await workflowService.describeWorkerDeployment({
      namespace: options.namespace,
      deploymentName: name,
    })
    return {
      current: info?.routingConfig?.currentDeploymentVersion?.buildId || null,
      decided: Boolean(info?.routingConfig?.currentVersionChangedTime),
      versions: new Map(
        (info?.versionSummaries ?? []).map(({ deploymentVersion, status }) => [
          deploymentVersion?.buildId ?? '',
          STATUS[status as keyof typeof STATUS] ?? 'unknown',
        ]),
      ),
      spread: info?.routingConfigUpdateState !== RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS,
      conflictToken,
    }
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null
    throw error
  }
}

/**
 * New executions go to workers of that version from now on, and so do those that are not pinned. Resolves when the whole queue knows.
 * @param buildId null: to workers without a version
 * @param expected the change is refused when the deployment is no longer as it was described
 * @throws ServiceError of gRPC, `isRefused` of it when no worker of that version has been seen, or another change came first
 */
export async function setCurrentVersion(
  server: Server,
  name: string,
  buildId: string | null,
  expected?: Deployment,
): Promise<void> {
  await server.workflowService.setWorkerDeploymentCurrentVersion({
    namespace: server.options.namespace,
    deploymentName: name,
    buildId: buildId ?? '',
    identity: 'scenor',
    ...(expected && { conflictToken: expected.conflictToken }),
  })
  for (const giveUp = Date.now() + SPREAD_WITHIN_MS; Date.now() < giveUp; await delay(50))
    if ((await describeDeployment(server, name))?.spread !== false) return
}
