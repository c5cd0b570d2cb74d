import type { Config } from '../config.ts'
import { renewedFiles } from '../network/own-tls.ts'

export type TemporalFiles = Pick<Config, 'TEMPORAL_TLS_CERT' | 'TEMPORAL_TLS_KEY' | 'TEMPORAL_TLS_CA'>

const pathsOf = ({ TEMPORAL_TLS_CERT: cert, TEMPORAL_TLS_KEY: key, TEMPORAL_TLS_CA: ca }: TemporalFiles) => ({
  ...(cert && { cert }),
  ...(key && { key }),
  ...(ca && { ca }),
})
const hasFiles = (config: TemporalFiles): boolean => Object.keys(pathsOf(config)).length > 0

const LOOK_MS = 1_000
/** What was begun on the connection of before may end there. */
const LEFT_MS = 60_000

/**
 * Calls whenever the certificates for the Temporal server lie there anew, and again until it has gone well: a certificate and its key come
 * one after the other.
 * @param failed told once of each renewal that does not go well at first
 * @returns the end of it
 */
export function renewCertificates(
  config: TemporalFiles,
  use: () => Promise<void>,
  failed: (error: unknown) => void,
): () => void {
  if (!hasFiles(config)) return () => {}
  const files = renewedFiles<Record<string, string>>(pathsOf(config))
  let used = files.current()
  let told = used
  let busy = false
  const look = async () => {
    const now = files.current()
    if (busy || now === used) return
    busy = true
    try {
      await use()
      used = now
    } catch (error) {
      if (told !== now) failed(error)
      told = now
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS).unref()
  return () => clearInterval(timer)
}

/**
 * A connection that is another one after each renewal: gRPC takes certificates at its beginning and never again.
 * @param open a new one @param failed as of `renewCertificates`
 */
export async function renewedConnection<T extends { close(): Promise<void> }>(
  config: TemporalFiles,
  open: () => Promise<T>,
  failed: (error: unknown) => void,
): Promise<T> {
  let current = await open()
  if (!hasFiles(config)) return current
  /** Those of before, until they end. */
  const left = new Map<T, NodeJS.Timeout>()
  const leave = async (one: T) => {
    clearTimeout(left.get(one))
    left.delete(one)
    await one.close().catch(() => {})
  }
  const end = renewCertificates(
    config,
    async () => {
      const before = current
      current = await open()
      const timer = setTimeout(() => void leave(before), LEFT_MS).unref()
      left.set(before, timer)
    },
    failed,
  )
  const close = async () => {
    end()
    await Promise.all([current.close(), ...[...left.keys()].map(leave)])
  }
  return new Proxy(current, {
    get: (_, name) => {
      if (name === 'close') return close
      const value: unknown = Reflect.get(current, name)
      return typeof value === 'function' ? (value.bind(current) as unknown) : value
    },
  })
}
