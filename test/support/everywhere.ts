import { randomUUID } from 'node:crypto'
import { PASSWORD } from './http.ts'
import type { System } from './system.ts'
import { until } from './until.ts'

/** A word that stands in everything that this person wrote. */
export const MARK = 'Кукушкинбург'
/** A person who has left a trace everywhere. */
export async function everywhere(system: System) {
  const unique = randomUUID().slice(0, 8)
  const person = await system.api.register({
    username: `cuckoo-${unique}`,
    full_name: `Пелагея ${MARK}ова`,
    phone_number: '+79161234567',
    locale: 'ru',
  })
  await person.put(`/users/${person.id}`, {
    full_name: `Пелагея ${MARK}ова`,
    phone_number: '+79161234567',
    bio: MARK,
    settings: { city: MARK },
  })
  const accepted = await person.post('/ai/generate', {
    brief: `Ролик о городе ${MARK}: приезжайте летом.`,
    target_duration_s: 30,
  })
  const { result } = await system.api.finished(accepted.body.id, person.token)
  const text = await person.get(`/scenarios/${result.scenario_id}`)
  if (!text.text.includes(MARK)) throw new Error(`the script does not say what it is about: ${text.text}`)
  await system.api
    .call('POST', '/auth/login', {
      body: { email: person.email, password: PASSWORD },
      headers: { 'user-agent': `${MARK}-agent` },
    })
    .catch(() => {})
  await until(
    async () =>
      (
        await system.databases.notifications
          .selectFrom('mails')
          .select('id')
          .where('account_id', '=', person.id)
          .execute()
      ).length > 0,
  )
  return { person, username: `cuckoo-${unique}` }
}
