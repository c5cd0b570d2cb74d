import type { Kysely } from 'kysely'
import { activateAccount, deletePendingAccount, findAccount } from '../../db/auth/accounts.ts'
import { promiseLetter } from '../../db/auth/letters.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import { failOperation, succeedOperation } from '../../db/operations/operations.ts'
import { fail, type ErrorCode } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import { withFailures } from '../failures.ts'

export interface AccountStep {
  readonly operation_id: string
  readonly account_id: string
  readonly request_id: string
}

export type AuthActivities = ReturnType<typeof createAuthActivities>

export function createAuthActivities({ db }: { db: Kysely<AuthDb> }) {
  return withFailures({
    /** Account, event and operation in one transaction: whoever sees one of them sees all. Twice does what once does. */
    activateAccount: (step: AccountStep): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const account = (await findAccount(trx, step.account_id)) ?? fail('user.not_found')
        await activateAccount(trx, account.id)
        const first = await succeedOperation(trx, step.operation_id, { user_id: account.id })
        if (!first) return
        await appendEvent(trx, 'user_registered', { user_id: account.id }, step.request_id)
        await promiseLetter(trx, { account_id: account.id, kind: 'verify_email', request_id: step.request_id })
      }),

    /** Frees the address, and says on the operation why. */
    abandonAccount: (step: AccountStep & { error_code: ErrorCode }): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await deletePendingAccount(trx, step.account_id)
        await failOperation(trx, step.operation_id, step.error_code)
      }),
  })
}
