import type { ActOrigin } from '../db/auth/security-events.ts'

const LONGEST_AGENT = 300

/** Where a request came from, as sessions and the list of security-relevant acts keep it. */
export const originOf = (request: {
  readonly requestId: string
  readonly ip: string
  header(name: string): string | undefined
}): ActOrigin => ({
  request_id: request.requestId,
  ip: request.ip,
  user_agent: request.header('user-agent')?.slice(0, LONGEST_AGENT) ?? null,
})
