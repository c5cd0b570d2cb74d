import { readFileSync, statSync } from 'node:fs'
import type { Server } from 'node:https'
import type { Config } from '../config.ts'

/** PEM of what a process shows others, and of whom it trusts. */
export interface TlsTexts {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** How this process speaks TLS with others of the installation. */
export interface OwnTls {
  /** As the files are now; the same object as long as they are the same. Files that cannot be read leave the last ones. */
  current(): TlsTexts
}

/** Whoever renews files is given that long to write all three. */
const LOOK_MS = 1_000

/**
 * @returns undefined where none are configured: the installation has a network of its own then
 * @throws Error at the start, when one of the files is not there
 */
export function ownTls(
  config: Pick<Config, 'SERVICE_TLS_CA' | 'SERVICE_TLS_CERT' | 'SERVICE_TLS_KEY'>,
): OwnTls | undefined {
  const { SERVICE_TLS_CA: ca, SERVICE_TLS_CERT: cert, SERVICE_TLS_KEY: key } = config
  if (ca === undefined || cert === undefined || key === undefined) return undefined
  const paths = { ca, cert, key }
  const changed = () =>
    Object.values(paths)
      .map((path) => statSync(path).mtimeMs)
      .join(' ')
  const read = (): TlsTexts => ({
    ca: readFileSync(ca, 'utf8'),
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
  })
  let state = changed()
  let texts = read()
  let looked = performance.now()
  return {
    current: () => {
      if (performance.now() - looked < LOOK_MS) return texts
      looked = performance.now()
      try {
        const now = changed()
        if (now !== state) [texts, state] = [read(), now]
      } catch {
        // Between two files: the next look sees them whole.
      }
      return texts
    },
  }
}

/** What `tls.connect` takes, read anew for each connection: clients that keep their options keep these getters. */
export const connectingWith = (tls: OwnTls): TlsTexts => ({
  get ca() {
    return tls.current().ca
  },
  get cert() {
    return tls.current().cert
  },
  get key() {
    return tls.current().key
  },
})

/** A server's certificate follows its files; connections that stand go on. @returns the end of it */
export function renewing(server: Server, tls: OwnTls): () => void {
  let shown = tls.current()
  const timer = setInterval(() => {
    const now = tls.current()
    if (now === shown) return
    try {
      server.setSecureContext(now)
      shown = now
    } catch {
      // A key that is not the certificate's: half renewed.
    }
  }, LOOK_MS).unref()
  return () => clearInterval(timer)
}
