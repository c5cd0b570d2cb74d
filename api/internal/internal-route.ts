import type { ServiceScope } from '../../internal/token.ts'
import type { z } from 'zod'
import type { ApiDeps } from '../context.ts'

/** What it is answered with; undefined is 404, null is 204. */
type InternalAnswer = object | null | undefined

/** What another service may ask for. Paths are below `/internal/<service>`; `{id}` is always a UUID. */
export interface InternalRoute {
  readonly method: 'get' | 'post' | 'put'
  readonly path: string
  readonly scope: ServiceScope
  readonly body?: z.ZodType
  readonly answer: (asked: { params: Record<string, string>; body: never; from: string }) => Promise<InternalAnswer>
}

export type InternalDeps = Pick<ApiDeps, 'config' | 'databases' | 'keys' | 'logger' | 'sessions'> & {
  /** Where this process's public endpoints are; undefined before they listen. */
  readonly ownUrl: () => string | undefined
}
