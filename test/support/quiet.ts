import { createLogger } from '../../logger.ts'
import { installRuntime } from '../../workers/runtime.ts'

let installed = false

/** Keeps the SDK's own log lines out of the tests' output. Once a process: the SDK refuses a second time. */
export function quietRuntime(): void {
  if (!installed) installRuntime(createLogger({ LOG_LEVEL: 'fatal' }, 'test'))
  installed = true
}
