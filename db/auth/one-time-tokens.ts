import { sql, type Transaction } from 'kysely'
import type { AccountRow, AuthDb, TokenPurpose } from './schema.ts'
import { RETENTION } from '../../retention.ts'
import type { Executor } from '../connection.ts'
import { ahead } from '../time.ts'

const TOKEN_LIFE: Record<TokenPurpose, number> = {
  reset_password: RETENTION.passwordResets,
  verify_email: RETENTION.emailVerifications,
}

export async function insertOneTimeToken(
  db: Executor<AuthDb>,
  token: { hash: Buffer; purpose: TokenPurpose; account_id: string; email: string },
): Promise<void> {
  await db
    .insertInto('one_time_tokens')
    .values({
      token_hash: token.hash,
      purpose: token.purpose,
      account_id: token.account_id,
      email: token.email,
      expires_at: ahead(TOKEN_LIFE[token.purpose]),
    })
    .execute()
}

/**
 * Uses a token up, before what it is for: of two requests at once one gets the account. The other tokens of that purpose go too.
 * @returns the account's id and the address that is proven by it, or undefined when it is unknown, used, expired or for something else
 */
export async function consumeOneTimeToken(
  trx: Transaction<AuthDb>,
  hash: Buffer,
  purpose: TokenPurpose,
): Promise<{ account_id: string; email: string | null } | undefined> {
  const row = await trx
    .deleteFrom('one_time_tokens')
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .returning(['account_id', 'email'])
    .executeTakeFirst()
  if (!row) return undefined
  await dropOneTimeTokens(trx, row.account_id, purpose)
  return row
}

export async function dropOneTimeTokens(
  trx: Transaction<AuthDb>,
  accountId: string,
  purpose: TokenPurpose,
): Promise<void> {
  await trx.deleteFrom('one_time_tokens').where('account_id', '=', accountId).where('purpose', '=', purpose).execute()
}

/**
 * Ends what is on the way to an account by mail. Not the proof of the address that it has: that one is worth nothing without the account's
 * session or password.
 */
export async function dropCodes(trx: Transaction<AuthDb>, accountId: string): Promise<void> {
  await trx
    .deleteFrom('one_time_tokens')
    .where('account_id', '=', accountId)
    .where(sql<boolean>`(purpose <> 'verify_email' or email <> (select email from accounts where id = ${accountId}))`)
    .execute()
}

/** Whose token this is, without using it up: a new password is checked and hashed before that. */
export function findOneTimeToken(
  db: Executor<AuthDb>,
  hash: Buffer,
  purpose: TokenPurpose,
): Promise<AccountRow | undefined> {
  return db
    .selectFrom('one_time_tokens')
    .innerJoin('accounts', 'accounts.id', 'one_time_tokens.account_id')
    .selectAll('accounts')
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('accounts.status', '=', 'active')
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .executeTakeFirst()
}
