import type { RequestOrigin } from '../../db/auth/security-events.ts'

const MAX_USER_AGENT = 300

/** Where a request came from, as sessions and the list of security events keep it. */
export const originOf = (request: {
  readonly requestId: string
  readonly ip: string
  header(name: string): string | undefined
}): RequestOrigin => ({
  request_id: request.requestId,
  ip: request.ip,
  user_agent: request.header('user-agent')?.slice(0, MAX_USER_AGENT) ?? null,
})
