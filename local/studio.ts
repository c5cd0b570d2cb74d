import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PrepareOptions } from './prepare.ts'

const PROGRAM = fileURLToPath(new URL('../studio/build.ts', import.meta.url))
const TIME_LIMIT_MS = 60_000

/** Builds the studio where it is missing or stale, in a process of its own: the tools take memory that a supervisor keeps for good. */
export async function prepareStudio({ env, onStep }: Pick<PrepareOptions, 'env' | 'onStep'>): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { env, timeout: TIME_LIMIT_MS })
    if (stdout.includes('was built')) onStep(stdout.trim())
  } catch (error) {
    // The API serves all the same.
    onStep(`The studio could not be built: ${error instanceof Error ? error.message : String(error)}`)
  }
}
