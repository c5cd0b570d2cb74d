import { isValidPhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import type { Databases } from '../../db/connection.ts'
import { NO_PEPPER } from '../../db/auth/schema.ts'
import { usernameTaken } from '../../db/users/profiles.ts'
import type { OldUser } from './format.ts'
import { idOf } from './ids.ts'
import type { Report } from './report.ts'

/** The monolith kept no moment of registration: its ids count from here. */
const EPOCH = new Date('2025-01-01T00:00:00.000Z')

interface Target {
  readonly databases: Pick<Databases, 'auth' | 'users'>
  readonly source: string
  readonly write: boolean
  readonly report: Report
}

/**
 * Accounts and profiles. An old hash stays as it is and is made anew at the first sign-in; the address counts as not verified.
 * @returns new ids by old ones, of everybody whose rows may follow
 */
export async function importPeople(users: readonly OldUser[], target: Target): Promise<Map<number, string>> {
  const ids = new Map<number, string>()
  const names = new Set<string>()
  for (const user of users) {
    const id = await importPerson(user, names, target)
    if (id) ids.set(user.id, id)
  }
  return ids
}

async function importPerson(user: OldUser, names: Set<string>, target: Target): Promise<string | undefined> {
  const { databases, source, write, report } = target
  const id = idOf(source, 'users', user.id, EPOCH)
  const email = user.email.trim().normalize('NFC').toLowerCase()
  const found = await databases.auth
    .selectFrom('accounts')
    .select(['id', 'status'])
    .where((e) => e.or([e('id', '=', id), e('email', '=', email)]))
    .execute()
  const own = found.find((account) => account.id === id)
  // Somebody else has the address in the new system: nothing proves that it is the same person.
  if (!own && found.length > 0) return void report.skip('users', user.id, 'the address has an account already')
  if (!own && !/^\$argon2id\$/.test(user.hashed_pwd))
    report.note('users', user.id, 'the hash is not argon2id: a new password must be set by mail')
  const username = await freeName(user, id, names, target)
  const phone = phoneOf(user, report)
  report.count('users', own ? 'there' : 'new')
  if (!write) return id
  // Pending until the profile is there: a run that is cut off in between leaves nobody who can sign in without a profile.
  await databases.auth
    .insertInto('accounts')
    .values({ id, email, password_hash: user.hashed_pwd, pepper_id: NO_PEPPER, phone_number: null, status: 'pending' })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
  await databases.users
    .insertInto('profiles')
    .values({ id, username, full_name: null, phone_number: phone, locale: null })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
  await databases.auth
    .updateTable('accounts')
    .set({ status: 'active' })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .execute()
  return id
}

/** The old name, with the old number where another person has it (case does not count any more). */
async function freeName(user: OldUser, id: string, names: Set<string>, { databases, report }: Target): Promise<string> {
  const there = await databases.users.selectFrom('profiles').select('username').where('id', '=', id).executeTakeFirst()
  if (there) return there.username
  const wanted = user.username.trim().normalize('NFC') || `user${user.id}`
  const taken = names.has(wanted.toLowerCase()) || (await usernameTaken(databases.users, wanted))
  const name = taken ? `${wanted.slice(0, 20)}-${user.id}` : wanted
  if (taken) report.note('users', user.id, 'the username was taken: the old id was added to it')
  names.add(name.toLowerCase())
  return name
}

function phoneOf(user: OldUser, report: Report): string | null {
  if (!user.phone_number) return null
  if (isValidPhoneNumber(user.phone_number, 'RU')) return parsePhoneNumberWithError(user.phone_number, 'RU').number
  report.note('users', user.id, 'the phone number is none and was left out')
  return null
}
