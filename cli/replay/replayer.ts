import { Worker } from '@temporalio/worker'
import type { Keys } from '../../keys/keys.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { dataConverter } from '../../temporal/client.ts'
import { workflowBundle as currentBundle } from '../../workers/bundle.ts'
import { installRuntime } from '../../workers/runtime.ts'
import { readable, type KeptHistory } from './history.ts'

/**
 * Replays a history against the workflows of this working tree.
 * @returns where it diverges, or undefined when it does not
 * @throws ReplayError when none of our keys reads it
 */
export async function createReplayer(
  keys: Pick<Keys, 'payload'>,
): Promise<(kept: KeptHistory) => Promise<string | undefined>> {
  const logger = createLogger({ LOG_LEVEL: 'silent' as never }, 'replay')
  installRuntime(logger)
  const workflowBundle = await currentBundle()
  return async ({ workflowId, history }) => {
    await readable(history, keys)
    try {
      await Worker.runReplayHistory({ workflowBundle, dataConverter: dataConverter(keys) }, history, workflowId)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}
