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

/** Follows the link of the mail that was kept, in a system without a mail server. */
export async function verify(system: System, person: Person): Promise<void> {
  const token = await until(async () => {
    const mail = await system.databases.notifications
      .selectFrom('mails')
      .select('text')
      .where('account_id', '=', person.id)
      .where('kind', '=', 'verify_email')
      .executeTakeFirst()
    return /token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
  })
  const reply = await person.post('/auth/verify-email', { token })
  if (reply.status !== 204) throw new Error(`POST /auth/verify-email answered ${reply.status}: ${reply.text}`)
}
