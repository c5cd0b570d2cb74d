import type { Person } from './http.ts'
import type { System } from './system.ts'
import { until } from './until.ts'

/** As after that, where a test is about something else: the address counts as proven, and nobody is told. */
export async function proven(system: Pick<System, 'databases'>, person: Person): Promise<Person> {
  await system.databases.auth
    .updateTable('accounts')
    .set({ email_verified_at: new Date() })
    .where('id', '=', person.id)
    .execute()
  return person
}

/** The token in the newest mail of a kind to an account, when it is there, in a system without a mail server. */
export const mailedToken = (
  { databases }: Pick<System, 'databases'>,
  accountId: string,
  kind: 'verify_email' | 'reset_password',
): Promise<string> =>
  until(async () => {
    const mail = await databases.notifications
      .selectFrom('mails')
      .select('text')
      .where('account_id', '=', accountId)
      .where('kind', '=', kind)
      .orderBy('created_at', 'desc')
      .executeTakeFirst()
    return /#(?:token=|\/[a-z-]+\/)([\w-]+)/.exec(mail?.text ?? '')?.[1]
  })

/** Follows the link of the mail that was kept, in a system without a mail server. */
export async function verify(system: System, person: Person): Promise<void> {
  const token = await mailedToken(system, person.id, 'verify_email')
  const reply = await person.post('/auth/verify-email', { token })
  if (reply.status !== 204) throw new Error(`POST /auth/verify-email answered ${reply.status}: ${reply.text}`)
}
