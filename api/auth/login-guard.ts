import type { AccountRow } from '../../db/auth/schema.ts'
import { type Throttle } from './throttle.ts'
import { clientKey } from '../../network/client-address.ts'

/** Whose password is tried. */
export interface Tried {
  /** Canonical; counted whether there is such an account or not, or the limit would tell. */
  readonly email: string
  /** Undefined: there is none. */
  readonly account: Pick<AccountRow, 'id' | 'password_changed_at'> | undefined
}

/** Tries are counted for a password: another one begins anew, and so does another account of that address. */
const counted = ({ email, account }: Tried): string =>
  account ? `${account.id} ${account.password_changed_at?.getTime() ?? 0}` : email

export interface Attempt {
  /** Headers of the answer, the same for every outcome and for accounts that do not exist. */
  readonly headers: Readonly<Record<string, string>>
  /** The password was right: this try was no guess. */
  succeeded(): Promise<void>
}

/**
 * Lets a password be tried; by address the route has counted it (`auth_address`). A known device has tries of its own, which nobody else
 * can use up (OWASP, device cookies). All others: by account and address, and by account; when an account is guessed at from everywhere,
 * those who look as its person did still get in, and others one at a time.
 * @param device id of the account's device that the request has proven to come from, or of its session
 * @param known whether address, or address and program, are of somebody who was signed in before
 * @throws AppError rate.limited
 */
export async function admitAttempt(
  throttle: Throttle,
  {
    ip,
    device,
    known,
    ...tried
  }: Tried & { readonly ip: string; readonly device: string | null; readonly known: () => Promise<boolean> },
): Promise<Attempt> {
  const client = clientKey(ip)
  const whose = counted(tried)
  if (device !== null) {
    const own = `${whose} ${device}`
    const { headers } = await throttle.need('login_device', own)
    return { headers, succeeded: () => throttle.forget('login_device', own) }
  }
  const pair = `${whose} ${client}`
  const { headers } = await throttle.need('login_pair', pair)
  const account = await throttle.take('login_account', whose)
  if (!account.allowed && !(await known())) await throttle.need('login_account_slow', whose)
  return {
    headers,
    succeeded: async () => {
      await Promise.all([throttle.forget('login_pair', pair), throttle.giveBack('login_account', whose)])
    },
  }
}
