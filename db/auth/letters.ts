import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../../trace.ts'
import type { Executor } from '../connection.ts'
import type { AuthDb, LetterKind, LetterRow, TokenPurpose } from './schema.ts'

/**
 * Promises a mail, in the transaction of what it tells of.
 * @param accountId null: the same write, and nothing will be sent
 */
export async function promiseLetter(
  trx: Transaction<AuthDb>,
  letter: { account_id: string | null; kind: LetterKind; request_id: string },
): Promise<void> {
  await trx
    .insertInto('letters')
    .values({
      ...letter,
      id: uuidv7(),
      traceparent: currentTrace(),
      handed_over_at: letter.account_id === null ? sql<Date>`clock_timestamp()` : null,
    })
    .execute()
}

/** Oldest first. Two relays may take the same one: the workflow's id refuses the second. */
export function listWaitingLetters(
  db: Executor<AuthDb>,
  limit: number,
): Promise<(LetterRow & { account_id: string })[]> {
  return db
    .selectFrom('letters')
    .selectAll()
    .where('handed_over_at', 'is', null)
    .orderBy('created_at')
    .limit(limit)
    .$narrowType<{ account_id: string }>()
    .execute()
}

export async function markHandedOver(db: Executor<AuthDb>, ids: readonly string[]): Promise<void> {
  await db
    .updateTable('letters')
    .set({ handed_over_at: sql<Date>`clock_timestamp()` })
    .where('id', 'in', ids)
    .execute()
}

/** The letter and whom it goes to, unless that person or the reason is gone. */
export function findLetter(
  db: Executor<AuthDb>,
  id: string,
): Promise<{ kind: LetterKind; account_id: string; email: string; verified: boolean } | undefined> {
  return db
    .selectFrom('letters')
    .innerJoin('accounts', 'accounts.id', 'letters.account_id')
    .select(['letters.kind', 'accounts.id as account_id', 'accounts.email'])
    .select(sql<boolean>`accounts.email_verified_at is not null`.as('verified'))
    .where('letters.id', '=', id)
    .where('accounts.status', '=', 'active')
    .executeTakeFirst()
}

/** What is stored of a token that stands in a mail. */
export const oneTimeTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()

/** A link to a reset is open for an hour (OWASP: as short as a mail may take), one to verify for a day. */
const TOKEN_LIFE = {
  reset_password: sql<Date>`clock_timestamp() + interval '1 hour'`,
  verify_email: sql<Date>`clock_timestamp() + interval '1 day'`,
}

export async function insertOneTimeToken(
  db: Executor<AuthDb>,
  token: { hash: Buffer; purpose: TokenPurpose; account_id: string },
): Promise<void> {
  await db
    .insertInto('one_time_tokens')
    .values({
      token_hash: token.hash,
      purpose: token.purpose,
      account_id: token.account_id,
      expires_at: TOKEN_LIFE[token.purpose],
    })
    .execute()
}

/**
 * Uses a token up, before what it is for: of two requests at once one gets the account. The other tokens of that purpose go too.
 * @returns the account's id, or undefined when it is unknown, used, expired or for something else
 */
export async function consumeOneTimeToken(
  trx: Transaction<AuthDb>,
  hash: Buffer,
  purpose: TokenPurpose,
): Promise<string | undefined> {
  const row = await trx
    .deleteFrom('one_time_tokens')
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .returning('account_id')
    .executeTakeFirst()
  if (!row) return undefined
  await dropOneTimeTokens(trx, row.account_id, purpose)
  return row.account_id
}

export async function dropOneTimeTokens(
  trx: Transaction<AuthDb>,
  accountId: string,
  purpose: TokenPurpose,
): Promise<void> {
  await trx.deleteFrom('one_time_tokens').where('account_id', '=', accountId).where('purpose', '=', purpose).execute()
}

/** Whose token this is, without using it up: a new password is checked and hashed before that. */
export function findOneTimeToken(
  db: Executor<AuthDb>,
  hash: Buffer,
  purpose: TokenPurpose,
): Promise<{ account_id: string; email: string } | undefined> {
  return db
    .selectFrom('one_time_tokens')
    .innerJoin('accounts', 'accounts.id', 'one_time_tokens.account_id')
    .select(['accounts.id as account_id', 'accounts.email'])
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('accounts.status', '=', 'active')
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .executeTakeFirst()
}
