import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { findAccount, findAccountByEmail, listAdmins } from '../../db/auth/accounts.ts'
import { keepArchivePart } from '../../db/auth/archives.ts'
import { findLetter, insertOneTimeToken, oneTimeTokenHash } from '../../db/auth/letters.ts'
import type { LetterKind, TokenPurpose } from '../../db/auth/schema.ts'
import type { InternalDeps, Question } from '../internal.ts'
import { canonicalEmail } from '../schemas/auth.ts'

/** Which letters carry a token, and what for. */
const PURPOSES: Partial<Record<LetterKind, TokenPurpose>> = {
  verify_email: 'verify_email',
  reset_password: 'reset_password',
}

/** What other services may ask of `auth`: only what may not stand in a history or an event. */
export function authQuestions({ databases: { auth } }: InternalDeps): Question[] {
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
      /**
       * What a letter needs at the moment it is sent: the address, and a fresh token of which only the hash stays here. Asked again
       * (the mail server was away), it gives another token; those given before hold too, since their mail may have arrived after all.
       */
      method: 'post',
      path: '/letters/{id}/open',
      scope: 'letters:open',
      answer: async ({ params }) => {
        const letter = await findLetter(auth, params['id'] as string)
        if (!letter || (letter.kind === 'verify_email' && letter.verified)) return undefined
        const { kind, account_id, email } = letter
        const purpose = PURPOSES[kind]
        if (!purpose) return { kind, account_id, email, token: null }
        const token = randomBytes(32).toString('base64url')
        await insertOneTimeToken(auth, { hash: oneTimeTokenHash(token), purpose, account_id })
        return { kind, account_id, email, token }
      },
    },
    {
      method: 'put',
      path: '/archives/{operation}',
      scope: 'archives:write',
      body: z.strictObject({ content: z.record(z.string(), z.unknown()) }),
      answer: async ({ params, body, from }) => {
        const { content } = body as { content: unknown }
        const part = { operation_id: params['operation'] as string, service: from, content }
        return (await keepArchivePart(auth, part)) ? null : undefined
      },
    },
  ]
}
