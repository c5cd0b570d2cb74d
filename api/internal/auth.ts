import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { findAccount, findAccountByEmail, listAdmins } from '../../db/auth/accounts.ts'
import { completeArchivePart, keepArchivePiece } from '../../db/auth/archives.ts'
import { findAccountMail } from '../../db/auth/account-mails.ts'
import { insertOneTimeToken } from '../../db/auth/one-time-tokens.ts'
import { tokenHash } from '../../keys/token-hash.ts'
import { appendHandedEvents } from '../../db/auth/handed-events.ts'
import { findSignIn, listLivingSessions } from '../../db/auth/sessions.ts'
import type { AccountMailKind, TokenPurpose } from '../../db/auth/schema.ts'
import type { InternalDeps } from './internal-route.ts'
import type { InternalRoute } from './internal-route.ts'
import { canonicalEmail } from '../../network/email-address.ts'
import type { Service } from '../../services.ts'

/** Which account mails carry a token, and what for. */
const PURPOSES: Partial<Record<AccountMailKind, TokenPurpose>> = {
  verify_email: 'verify_email',
  change_email: 'verify_email',
  reset_password: 'reset_password',
}

/** Of a person. */
const HandedEvent = z.strictObject({
  id: z.uuid(),
  type: z.string().min(1),
  version: z.int().positive(),
  key: z.uuid(),
  data: z.record(z.string(), z.unknown()),
  request_id: z.string().nullable(),
  traceparent: z.string().nullable(),
  created_at: z.iso.datetime(),
})

const count = z.int().nonnegative()
const ArchivePiece = z.strictObject({ try: count, n: count, table: z.string(), rows: z.string() })
const ArchivePart = z.strictObject({ try: count, pieces: count })

/** What other services may ask of `auth`: only what may not stand in a history or an event. */
export function authInternalRoutes({ databases: { auth } }: InternalDeps): InternalRoute[] {
  return [
    {
      method: 'get',
      path: '/accounts/{id}/contacts',
      scope: 'contacts:read',
      answer: async ({ params }) => {
        const account = await findAccount(auth, params['id'] as string)
        return (
          account && {
            email: account.email,
            phone_number: account.phone_number,
            email_verified: account.email_verified_at !== null,
          }
        )
      },
    },
    {
      // The address is in the body: a query would stand in the logs of whatever is in between.
      method: 'post',
      path: '/accounts/resolve',
      scope: 'accounts:resolve',
      body: z.strictObject({ email: z.string() }),
      answer: async ({ body }) => {
        const account = await findAccountByEmail(auth, canonicalEmail((body as { email: string }).email))
        return account?.status === 'active'
          ? { account_id: account.id, email_verified: account.email_verified_at !== null }
          : undefined
      },
    },
    {
      method: 'get',
      path: '/admins',
      scope: 'admins:read',
      answer: async () => ({ ids: await listAdmins(auth) }),
    },
    {
      method: 'get',
      path: '/sessions/{id}/sign-in',
      scope: 'sessions:read',
      answer: async ({ params }) => {
        const begun = await findSignIn(auth, params['id'] as string)
        return begun && { ...begun, created_at: begun.created_at.toISOString() }
      },
    },
    {
      method: 'post',
      path: '/sessions/living',
      scope: 'sessions:read',
      body: z.strictObject({ ids: z.array(z.uuid()) }),
      answer: async ({ body }) => ({ ids: await listLivingSessions(auth, (body as { ids: string[] }).ids) }),
    },
    {
      /**
       * What an account mail needs at the moment it is sent: the address, and a fresh token of which only the hash stays here. Asked again
       * (the mail server was away), it gives another token; those given before hold too, since their mail may have arrived after all.
       */
      method: 'post',
      path: '/account-mails/{id}/open',
      scope: 'account_mails:open',
      answer: async ({ params }) => {
        const mail = await findAccountMail(auth, params['id'] as string)
        if (!mail || (mail.kind === 'verify_email' && mail.verified)) return undefined
        const { kind, account_id, email, verified } = mail
        const purpose = PURPOSES[kind]
        if (!purpose) return { kind, account_id, email, verified, token: null }
        const token = randomBytes(32).toString('base64url')
        await insertOneTimeToken(auth, { hash: tokenHash(token), purpose, account_id, email })
        return { kind, account_id, email, verified, token }
      },
    },
    {
      method: 'post',
      path: '/events',
      scope: 'events:append',
      body: z.strictObject({ events: z.array(HandedEvent) }),
      answer: async ({ body, from }) => {
        await appendHandedEvents(auth, from as Service, (body as { events: z.output<typeof HandedEvent>[] }).events)
        return null
      },
    },
    {
      method: 'put',
      path: '/archives/{operation}/pieces',
      scope: 'archives:write',
      body: ArchivePiece,
      answer: async ({ params, body, from }) => {
        const { table: of_table, ...piece } = body as z.infer<typeof ArchivePiece>
        const whose = { operation_id: params['operation'] as string, service: from }
        return (await keepArchivePiece(auth, { ...whose, ...piece, of_table })) ? null : undefined
      },
    },
    {
      method: 'put',
      path: '/archives/{operation}/part',
      scope: 'archives:write',
      body: ArchivePart,
      answer: async ({ params, body, from }) => {
        const whose = { operation_id: params['operation'] as string, service: from }
        const part = { ...whose, ...(body as z.infer<typeof ArchivePart>) }
        return (await auth.transaction().execute((trx) => completeArchivePart(trx, part))) ? null : undefined
      },
    },
  ]
}
