import { ConfigError } from '../config.ts'
import { CannotStart } from './data-folder.ts'
import { AlreadyRunning } from './single-instance.ts'
import { NoTemporal } from './temporal/temporal-binary.ts'

/** What went wrong, in one message. A stack only for what nobody foresaw. */
export function explain(error: unknown): string {
  if (error instanceof AlreadyRunning) {
    const { port } = error.holder
    return `${error.message}${port === null ? '' : `: http://localhost:${port}`}. Stop it first, or give this one a folder and ports of its own (DATA_DIR, PORT, …).`
  }
  if (error instanceof ConfigError)
    return `These variables are wrong:\n${error.message}\n\`npm start -- --help\` lists the usual ones, the README all.`
  if (error instanceof CannotStart || error instanceof NoTemporal) return error.message
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return `Scenor could not start: ${message}${cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : ''}`
}
