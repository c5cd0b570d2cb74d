import { createHash } from 'node:crypto'

/** What is kept of a token that is random enough by itself (refresh, link, ticket, device, one-time): its SHA-256, 32 bytes. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()
