import { readFileSync, statSync } from 'node:fs'
import type { Server } from 'node:https'
import type { Config } from '../config.ts'

/** What a process shows others, and whom it trusts: as PEM, or the paths of that. */
export interface TlsParts {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Texts of files that others renew under a running process. */
export interface RenewedFiles<T> {
  /** As the files are now; the same object as long as they are the same. Files that cannot be read leave the last ones. */
  current(): T
}

/** How this process speaks TLS with others of the installation. */
export type OwnTls = RenewedFiles<TlsParts>

export type ServiceTls = Pick<Config, 'SERVICE_TLS_CA' | 'SERVICE_TLS_CERT' | 'SERVICE_TLS_KEY'>

/** Paths of the files; undefined where none are configured (`loadConfig` refuses a part of them). */
export function serviceTlsFiles({
  SERVICE_TLS_CA: ca,
  SERVICE_TLS_CERT: cert,
  SERVICE_TLS_KEY: key,
}: ServiceTls): TlsParts | undefined {
  return ca !== undefined && cert !== undefined && key !== undefined ? { ca, cert, key } : undefined
}

/** Whoever renews files is given that long to write all three. */
const LOOK_MS = 1_000

/**
 * @returns undefined where none are configured: the installation has a network of its own then
 * @throws Error at the start, when one of the files is not there
 */
export function ownTls(config: ServiceTls): OwnTls | undefined {
  const paths = serviceTlsFiles(config)
  return paths && renewedFiles(paths)
}

/** @param paths by what each file is @throws Error at the start, when one of them is not there */
export function renewedFiles<T extends { readonly [K in keyof T]: string }>(paths: T): RenewedFiles<T> {
  const each = Object.entries<string>(paths)
  const changed = () => each.map(([, path]) => statSync(path).mtimeMs).join(' ')
  const read = () => Object.fromEntries(each.map(([name, path]) => [name, readFileSync(path, 'utf8')])) as T
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
export const connectingWith = (tls: OwnTls): TlsParts => ({
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
