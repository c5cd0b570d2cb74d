import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { inSpan, KIND } from '../telemetry/spans.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { signServiceToken, type ServiceScope } from './token.ts'
import type { Service } from '../services.ts'

const TIME_LIMIT_MS = 5_000
/** A piece of an archive is about a megabyte, and may be one large row. */
const ARCHIVE_LIMIT_MS = 60_000

const Contacts = z.object({ email: z.string(), phone_number: z.string().nullable(), email_verified: z.boolean() })
const Account = z.object({ account_id: z.uuid(), email_verified: z.boolean() })
const SignIn = z.object({ created_at: z.iso.datetime(), ip: z.string().nullable(), user_agent: z.string().nullable() })
const Ids = z.object({ ids: z.array(z.uuid()) })
const AccountMail = z.object({
  kind: z.enum([
    'verify_email',
    'reset_password',
    'session_ended',
    'change_email',
    'email_change_asked',
    'email_changed',
  ]),
  account_id: z.uuid(),
  email: z.string(),
  token: z.string().nullable(),
  /** Whether the address is proven. A process of an earlier version does not say. */
  verified: z.boolean().default(false),
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

const Script = z.object({ title: z.string(), owner_id: z.uuid() })

/** An invitation as its mail needs it: for the mail alone, as an account mail is. */
export type OpenedInvitation = z.infer<typeof Invitation>

/** An account mail as it was opened to be sent: address and token are for the mail alone, never for a history, an event or a log. */
export type OpenedAccountMail = z.infer<typeof AccountMail>

/** Where a session was begun. */
export type SignIn = z.infer<typeof SignIn>

/** An event as its service hands it over to the one that sends it. */
export interface HandedEvent {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly key: string
  readonly data: unknown
  readonly request_id: string | null
  readonly traceparent: string | null
  /** RFC 3339 */
  readonly created_at: string
}

/** The service asked is away or overloaded, which says nothing about the question. */
export class ServiceAway extends Error {
  override readonly name = 'ServiceAway'
}

export type InternalClient = ReturnType<typeof createInternalClient>

/** What a question is asked with; `fetch` is one. */
export type Transport = (
  url: string,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: string
    readonly redirect: 'error'
    readonly signal: AbortSignal
  },
) => Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: unknown
  readonly timeoutMs?: number
}

/**
 * Asks other services over their internal endpoints for what may not stand in a history or an event.
 * Errors are plain: the step that asked is tried again. What is not there is undefined.
 * @throws ServiceAway
 */
export function createInternalClient({
  baseUrl,
  key,
  self,
  transport = fetch,
}: {
  baseUrl: string
  key: KeyObject
  self: Service
  /** Default: HTTP. */
  transport?: Transport | undefined
}) {
  const ask = (to: Service, scope: ServiceScope, path: string, options: Ask = {}): Promise<unknown> =>
    inSpan({ name: `ask ${to}`, kind: KIND.client, attributes: () => ({ 'scenor.scope': scope }) }, () =>
      question(to, scope, path, options),
    )
  const question = async (
    to: Service,
    scope: ServiceScope,
    path: string,
    { method = 'GET', body, timeoutMs = TIME_LIMIT_MS }: Ask,
  ): Promise<unknown> => {
    const token = await signServiceToken(key, self, to, scope)
    const traceparent = currentTrace()
    const response = await transport(`${baseUrl}/internal/${to}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(traceparent !== null && { traceparent }),
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
    admins: async () => Ids.parse(await ask('auth', 'admins:read', '/admins')).ids,

    /** Where and when a session was begun; undefined: nothing is kept of it any more. */
    signIn: async (sessionId: string) =>
      SignIn.optional().parse(await ask('auth', 'sessions:read', `/sessions/${sessionId}/sign-in`)),

    /** Those of the sessions that have not ended. */
    livingSessions: async (ids: readonly string[]) =>
      Ids.parse(await ask('auth', 'sessions:read', '/sessions/living', { method: 'POST', body: { ids } })).ids,

    /** Address and fresh token of an account mail; undefined when there is nothing to send any more. */
    openAccountMail: async (id: string) =>
      AccountMail.optional().parse(
        await ask('auth', 'account_mails:open', `/account-mails/${id}/open`, { method: 'POST' }),
      ),

    /** Number and fresh code of a text; undefined when nobody waits for it any more. */
    openPhoneCode: async (id: string) =>
      OpenedPhoneCode.optional().parse(
        await ask('users', 'phone-codes:open', `/phone-codes/${id}/open`, { method: 'POST' }),
      ),

    /** What the mail to an invited address says; undefined when nobody is to be invited any more. */
    invitation: async (shareId: string) =>
      Invitation.optional().parse(await ask('scenarios', 'invitations:read', `/invitations/${shareId}`)),

    /** What a mail to a person says of a script; undefined when it is gone, or the person may not read it any more. */
    scriptFor: async (personId: string, scenarioId: string) =>
      Script.optional().parse(await ask('scenarios', 'scripts:read', `/scripts/${scenarioId}/readers/${personId}`)),

    /** Hands in a piece of what this service has on a person, for that person's archive; false when nobody wants it any more. */
    keepArchivePiece: async (
      operationId: string,
      { try: attempt, n, ...page }: { try: number; n: number; table: string; rows: string },
    ) =>
      (await ask('auth', 'archives:write', `/archives/${operationId}/pieces`, {
        method: 'PUT',
        body: { try: attempt, n, ...page },
        timeoutMs: ARCHIVE_LIMIT_MS,
      })) !== undefined,

    /** That was all. */
    completeArchivePart: async (operationId: string, part: { try: number; pieces: number }) =>
      void (await ask('auth', 'archives:write', `/archives/${operationId}/part`, {
        method: 'PUT',
        body: part,
        timeoutMs: ARCHIVE_LIMIT_MS,
      })),

    /** Hands events over to the service that sends those of their topic, in their order. Again, it changes nothing. */
    handOver: async (to: Service, events: readonly HandedEvent[]) => {
      const taken = await ask(to, 'events:append', '/events', { method: 'POST', body: { events } })
      // A process of an earlier version: it is on its way out.
      if (taken === undefined) throw new ServiceAway(`${to} takes no events`)
    },

    /** What a text for this person needs, and the phone number. */
    person: async (accountId: string) =>
      Person.optional().parse(await ask('users', 'profiles:read', `/profiles/${accountId}`)),
  }
}
