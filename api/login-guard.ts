import { clientKey, type Throttle } from './throttle.ts'

export interface Attempt {
  /** Headers of the answer, the same for every outcome and for accounts that do not exist. */
  readonly headers: Readonly<Record<string, string>>
  /** The password was right: this try was no guess. */
  succeeded(): Promise<void>
}

/**
 * Lets a password be tried: by address, by account and address, and by account. Never a lock-out: when an account is guessed at from
 * everywhere, addresses that it was signed in from still get in, and others one at a time.
 * @param email canonical; counted whether there is such an account or not, or the limit would tell
 * @param known whether this account was signed in from this address before
 * @throws AppError rate.limited
 */
export async function admitAttempt(
  throttle: Throttle,
  { email, ip, known }: { email: string; ip: string; known: () => Promise<boolean> },
): Promise<Attempt> {
  const client = clientKey(ip)
  const pair = `${email} ${client}`
  await throttle.need('auth_address', client)
  const { headers } = await throttle.need('login_pair', pair)
  const account = await throttle.take('login_account', email)
  if (!account.allowed && !(await known())) await throttle.need('login_account_slow', email)
  return {
    headers,
    succeeded: async () => {
      await Promise.all([
        throttle.forget('login_pair', pair),
        throttle.giveBack('login_account', email),
        throttle.giveBack('auth_address', client),
      ])
    },
  }
}
