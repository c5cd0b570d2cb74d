import { startCommand, type Ended } from './command.ts'
import { testServers } from './servers.ts'
import type { System } from './system.ts'

/** The command as an operator of that system runs it. @param env of the model's provider, and what is to be otherwise */
export const runReplay = (
  system: Pick<System, 'databases' | 'config'>,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> =>
  startCommand('cli/replay.ts', args, {
    ...system.databases.env,
    DATA_DIR: system.config.DATA_DIR,
    TEMPORAL_ADDRESS: testServers().temporal,
    TASK_QUEUE_SUFFIX: system.config.TASK_QUEUE_SUFFIX,
    ...env,
  }).ended
