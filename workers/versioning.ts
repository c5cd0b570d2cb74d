import { basename } from 'node:path'
import type { Client } from '@temporalio/client'
import type { WorkerDeploymentOptions } from '@temporalio/worker'
import { doubling, runLoop, type Stoppable } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'
import { version } from '../telemetry/version.ts'
import { describeDeployment, hasNoDeployments, isRefused, setCurrentVersion } from '../temporal/deployments.ts'

/** A worker whose queue the server has not heard of yet asks again so soon; its first poll tells the server. */
const UNKNOWN_MS = 100
/** After that many looks it is a fault: a deployment that has too many versions takes no new one. */
const UNKNOWN_LOOKS = 100
const LOOK_MS = 60_000
const TIMEOUT_MS = 10_000

/** The version of workers with that bundle: the package’s, and the fingerprint of the workflows’ sources, which ends the bundle’s name. */
export const buildIdOf = (bundlePath: string): string =>
  `${version}-${basename(bundlePath, '.js').replace(/^workflows-/, '')}`

/**
 * How a worker says which version it is. The deployment has the name of the task queue.
 *
 * Its behaviour is the worker's and never a workflow's own: a server refuses what workflows say of it on workers without versioning, so
 * that open executions would stand still for good once it is switched off.
 */
export const deploymentOptions = (
  queue: string,
  buildId: string,
  behaviour: 'PINNED' | 'AUTO_UPGRADE',
): WorkerDeploymentOptions => ({
  version: { deploymentName: queue, buildId },
  useWorkerVersioning: true,
  defaultVersioningBehavior: behaviour,
})

/**
 * Looks after which version of the workers on a queue gets the work: makes this one current where nobody ever said which is, and says so
 * in the log each minute that this worker gets no new work, since nothing else would tell why work waits.
 * @param buildId null: this worker has no version
 */
export function watchVersion(
  { queue, buildId }: { readonly queue: string; readonly buildId: string | null },
  { client, logger }: { readonly client: Client; readonly logger: Logger },
): Stoppable {
  const ask = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + TIMEOUT_MS, work)
  let unknown = 0
  const round = async (): Promise<number> => {
    const deployment = await ask(() => describeDeployment(client, queue))
    if (deployment === null && buildId === null) return LOOK_MS
    if (deployment === null || (buildId !== null && !deployment.versions.has(buildId))) {
      if (++unknown > UNKNOWN_LOOKS) throw new Error(`the server does not know the version ${buildId}`)
      return UNKNOWN_MS
    }
    unknown = 0
    const { current, decided } = deployment
    if (current === buildId) return LOOK_MS
    const of = { queue, current, build_id: buildId }
    if (buildId !== null && !decided) {
      await ask(() => setCurrentVersion(client, queue, buildId, deployment))
      logger.info(of, 'this version of the workers is the first and gets the work')
      return LOOK_MS
    }
    const status = buildId === null ? 'inactive' : deployment.versions.get(buildId)
    if (status === 'drained') logger.info(of, 'nothing is left for this version of the workers')
    else if (status !== 'draining') logger.warn(of, 'another version of the workers gets the work')
    return LOOK_MS
  }
  return runLoop({
    name: `version of ${queue}`,
    round,
    failed: (error, failures) => {
      // Another was first: the next look tells.
      if (isRefused(error)) return UNKNOWN_MS
      if (buildId === null && hasNoDeployments(error)) return LOOK_MS
      logger.warn({ err: error, queue }, 'which version of the workers gets the work could not be asked')
      return doubling(1_000, LOOK_MS)(failures)
    },
  })
}
