import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { signServiceToken, type ServiceScope } from '../service-token.ts'
import type { Service } from '../services.ts'

const TIME_LIMIT_MS = 5_000
/** An archive's part may be large. */
const ARCHIVE_LIMIT_MS = 60_000

const Contacts = z.object({ email: z.string(), phone_number: z.string().nullable(), email_verified: z.boolean() })
const Account = z.object({ account_id: z.uuid(), email_verified: z.boolean() })
const Admins = z.object({ ids: z.array(z.uuid()) })
const Letter = z.object({
  kind: z.enum(['verify_email', 'reset_password', 'session_ended']),
  account_id: z.uuid(),
  email: z.string(),
  token: z.string().nullable(),
})
const Person = z.object({
  username: z.string(),
  full_name: z.string().nullable(),
  phone_number: z.string().nullable(),
  phone_verified: z.boolean(),
  locale: z.string().nullable(),
  timezone: z.string().nullable(),
})

const Invitation = z.object({
  email: z.string(),
  message: z.string().nullable(),
  role: z.enum(['viewer', 'commenter', 'editor']),
  created_by: z.uuid(),
  title: z.string(),
})

const OpenedPhoneCode = z.object({
  user_id: z.uuid(),
  phone_number: z.string(),
  locale: z.string().nullable(),
  code: z.string(),
})

/** An invitation as its mail needs it: for the mail alone, as a letter is. */
export type OpenedInvitation = z.infer<typeof Invitation>

/** A letter as it was opened to be sent: address and token are for the mail alone, never for a history, an event or a log. */
export type OpenedLetter = z.infer<typeof Letter>

/** The service asked is away or overloaded, which says nothing about the question. */
export class ServiceAway extends Error {
  override readonly name = 'ServiceAway'
}

export type InternalClient = ReturnType<typeof createInternalClient>

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: unknown
  readonly timeoutMs?: number
}

/**
 * Asks other services over their internal endpoints for what may not stand in a history or an event.
 * Errors are plain: whoever asked is tried again. What is not there is undefined.
 * @throws ServiceAway
 */
export function createInternalClient({ baseUrl, key, self }: { baseUrl: string; key: KeyObject; self: Service }) {
  const ask = async (
    to: Service,
    scope: ServiceScope,
    path: string,
    { method = 'GET', body, timeoutMs = TIME_LIMIT_MS }: Ask = {},
  ): Promise<unknown> => {
    const token = await signServiceToken(key, self, to, scope)
    const response = await fetch(`${baseUrl}/internal/${to}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new ServiceAway(`${to} did not answer`, { cause })
    })
    if (response.status === 404) return undefined
    if (response.status >= 500) throw new ServiceAway(`${to} answered ${response.status}`)
    if (!response.ok) throw new Error(`${to} answered ${response.status}`)
    return response.status === 204 ? null : response.json()
  }
  return {
    /** Where a person can be reached, by account id. */
    contacts: async (accountId: string) =>
      Contacts.optional().parse(await ask('auth', 'contacts:read', `/accounts/${accountId}/contacts`)),

    /** The active account of an address. */
    resolveEmail: async (email: string) =>
      Account.optional().parse(
        await ask('auth', 'accounts:resolve', '/accounts/resolve', { method: 'POST', body: { email } }),
      ),

    /** Ids of those who run the installation. */
    admins: async () => Admins.parse(await ask('auth', 'admins:read', '/admins')).ids,

    /** Address and fresh token of a letter; undefined when there is nothing to send any more. */
    openLetter: async (letterId: string) =>
      Letter.optional().parse(await ask('auth', 'letters:open', `/letters/${letterId}/open`, { method: 'POST' })),

    /** Number and fresh code of a text; undefined when nobody waits for it any more. */
    openPhoneCode: async (id: string) =>
      OpenedPhoneCode.optional().parse(
        await ask('users', 'phone-codes:open', `/phone-codes/${id}/open`, { method: 'POST' }),
      ),

    /** What the mail to an invited address says; undefined when nobody is to be invited any more. */
    invitation: async (shareId: string) =>
      Invitation.optional().parse(await ask('scenarios', 'invitations:read', `/invitations/${shareId}`)),

    /** Hands in what this service has on a person, for that person's archive. */
    keepArchivePart: async (operationId: string, content: unknown) =>
      void (await ask('auth', 'archives:write', `/archives/${operationId}`, {
        method: 'PUT',
        body: { content },
        timeoutMs: ARCHIVE_LIMIT_MS,
      })),

    /** What a text for this person needs, and the phone number. */
    person: async (accountId: string) =>
      Person.optional().parse(await ask('users', 'profiles:read', `/profiles/${accountId}`)),
  }
}
