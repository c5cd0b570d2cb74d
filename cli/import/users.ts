import { sql } from 'kysely'
import { isValidPhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { NO_PEPPER, type AccountRow } from '../../db/auth/schema.ts'
import { findMarks, keepMark } from '../../db/imported-rows/imported-rows.ts'
import { usernameTaken } from '../../db/users/profiles.ts'
import { namedAs, skeletonsOf } from '../../db/users/skeleton.ts'
import type { ProfileRow } from '../../db/users/schema.ts'
import { canonicalEmail, isEmailAddress } from '../../network/email-address.ts'
import { nfc } from '../../script/nfc.ts'
import { batches } from './batches.ts'
import { EPOCH_MS, idOf, markOf } from './ids.ts'
import type { OldUser } from './staging.ts'
import { BATCH, written, type Target } from './target.ts'
import { usernamesFor } from './usernames.ts'

/** They used a Russian service, and are spoken to in Russian until they say otherwise. */
const LOCALE = 'ru'

/** A hash that no password has. */
const NO_HASH = '-'

type Account = Pick<AccountRow, 'id' | 'email' | 'email_verified_at' | 'pepper_id' | 'password_hash' | 'status'>

/** What is here of a batch of people. */
interface Here {
  readonly accounts: ReadonlyMap<string, Account>
  readonly byEmail: ReadonlyMap<string, Account>
  readonly profiles: ReadonlyMap<string, ProfileRow>
  readonly marks: ReadonlyMap<string, string>
}

/**
 * Accounts and profiles. An old hash stays as it is and is made anew at the first sign-in; the address counts as not verified. What
 * changes in the monolith later comes over as long as the person has not changed it here.
 */
export async function importPeople(target: Target): Promise<void> {
  const { staging, progress } = target
  const all = staging.count('users')
  let done = 0
  for (const batch of batches(staging.users(), BATCH)) {
    const here = await lookUp(batch, target)
    for (const user of batch) await importPerson(user, here, target)
    progress('users', (done += batch.length), all)
  }
}

const newIdOf = (source: string, user: OldUser): string => idOf(source, 'users', user.id, EPOCH_MS)

async function lookUp(users: readonly OldUser[], { databases, source }: Target): Promise<Here> {
  const ids = users.map((user) => newIdOf(source, user))
  const emails = users.flatMap(({ email }) => (email === null ? [] : [canonicalEmail(email)]))
  const accounts = await databases.auth
    .selectFrom('accounts')
    .select(['id', 'email', 'email_verified_at', 'pepper_id', 'password_hash', 'status'])
    .where((e) =>
      e.or([sql<boolean>`id = any(${ids}::uuid[])`, sql<boolean>`email = any(${emails.map(storable)}::text[])`]),
    )
    .execute()
  const profiles = await databases.users
    .selectFrom('profiles')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute()
  return {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    byEmail: new Map(accounts.map((account) => [account.email, account])),
    profiles: new Map(profiles.map((profile) => [profile.id, profile])),
    marks: await findMarks(
      databases.auth,
      { source, kind: 'users' },
      users.map((user) => user.id),
    ),
  }
}

/** Postgres compares no NUL. */
const storable = (text: string): string => text.replaceAll('\0', '')

/** One mark for each field, so that a later run knows which of them changed there. */
const marksOf = (user: OldUser): string =>
  [user.email, user.hashed_pwd, user.username, user.phone_number].map((field) => markOf(field).slice(0, 8)).join('.')

async function importPerson(user: OldUser, here: Here, target: Target): Promise<void> {
  const { source, report, staging } = target
  const id = newIdOf(source, user)
  const email = user.email === null ? '' : canonicalEmail(user.email)
  const account = here.accounts.get(id)
  const refused = refusal(user, email, account, here, target)
  if (refused !== undefined) return report.skip('users', user.id, refused)
  if (account) return follow(user, email, account, here, target)

  if (user.hashed_pwd === null || !/^\$argon2id\$/.test(user.hashed_pwd))
    report.note('users', user.id, 'the hash is not argon2id: a new password must be set by mail')
  const username = await freeName(user, target)
  const phone_number = phoneOf(user, report)
  const there = await written(target, { kind: 'users', name: user.id }, () =>
    insert(user, { id, email, username, phone_number }, target),
  )
  if (!there) return
  report.count('users', 'new')
  staging.came('users', user.id, id, EPOCH_MS)
}

/** Why a person cannot come, if so. */
function refusal(
  user: OldUser,
  email: string,
  account: Account | undefined,
  here: Here,
  { staging }: Target,
): string | undefined {
  if (!account && here.marks.has(String(user.id))) return 'was erased here since: does not come again'
  if (account?.status === 'erasing') return 'is being erased here'
  if (account) return void staging.claim('email', account.email)
  if (email === '') return 'has no address to sign in with'
  if (!isEmailAddress(email)) return 'the address is none'
  if (here.byEmail.has(email)) return 'the address has an account already'
  return staging.claim('email', email)
    ? undefined
    : 'somebody with a lower number has the same address (case does not count)'
}

interface Person {
  readonly id: string
  readonly email: string
  readonly username: string
  readonly phone_number: string | null
}

async function insert(user: OldUser, person: Person, { databases, source }: Target): Promise<void> {
  const { id, email, username, phone_number } = person
  const password_hash = user.hashed_pwd ?? NO_HASH
  // Pending until the profile is there: a run that is cut off in between leaves nobody who can sign in without a profile.
  await databases.auth.transaction().execute(async (trx) => {
    await trx
      .insertInto('accounts')
      .values({ id, email, password_hash, pepper_id: NO_PEPPER, phone_number: null, status: 'pending' })
      .execute()
    await keepMark(trx, { source, kind: 'users' }, user.id, marksOf(user))
  })
  await finish({ id, username, phone_number }, databases)
}

async function finish(profile: Omit<Person, 'email'>, { auth, users }: Target['databases']): Promise<void> {
  await users
    .insertInto('profiles')
    .values({ ...profile, ...namedAs(profile.username), full_name: null, locale: LOCALE })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
  await auth
    .updateTable('accounts')
    .set({ status: 'active' })
    .where('id', '=', profile.id)
    .where('status', '=', 'pending')
    .execute()
}

/** Somebody who came before: what changed there since comes over, unless it was changed here too. */
async function follow(user: OldUser, email: string, account: Account, here: Here, target: Target): Promise<void> {
  const { databases, source, staging, report } = target
  const { id } = account
  staging.came('users', user.id, id, EPOCH_MS)
  const profile = here.profiles.get(id)
  if (!profile || account.status === 'pending') {
    const username = profile?.username ?? (await freeName(user, target))
    const phone_number = phoneOf(user, report)
    await written(target, { kind: 'users', name: user.id }, () => finish({ id, username, phone_number }, databases))
    return report.count('users', 'there')
  }
  claimName(staging, profile.username)
  const mark = marksOf(user)
  const before = here.marks.get(String(user.id))?.split('.')
  const [newEmail, newHash, newName, newPhone] = mark.split('.').map((field, i) => field !== before?.[i])
  const changes: string[] = []
  const auth: { email?: string; password_hash?: string } = {}
  const users: { username?: string; phone_number?: string | null } = {}
  const left = (what: string) =>
    report.note('users', user.id, `${what} changed there, and here too: left as it is here`)

  if (newEmail && email !== account.email) {
    const taken = here.byEmail.has(email) || !staging.claim('email', email)
    if (account.email_verified_at !== null) left('the address')
    else if (!isEmailAddress(email) || taken)
      report.note('users', user.id, 'the address changed there to one that cannot come: the old one stays')
    else {
      auth.email = email
      changes.push('address')
    }
  }
  if (newHash && user.hashed_pwd !== null && user.hashed_pwd !== account.password_hash) {
    if (account.pepper_id !== NO_PEPPER) left('the password')
    else {
      auth.password_hash = user.hashed_pwd
      changes.push('password')
    }
  }
  if ((newName || newPhone) && profile.version > 1) {
    if (newName) left('the username')
    if (newPhone) left('the phone number')
  } else {
    const wanted = newName ? await freeName(user, target, profile.username) : profile.username
    if (wanted !== profile.username) {
      Object.assign(users, namedAs(wanted))
      changes.push('username')
    }
    const phone = newPhone ? phoneOf(user, report) : profile.phone_number
    if (phone !== profile.phone_number) {
      users.phone_number = phone
      changes.push('phone number')
    }
  }
  if (mark === before?.join('.')) return report.count('users', 'there')
  const done = await written(target, { kind: 'users', name: user.id }, async () => {
    if (Object.keys(users).length > 0)
      await databases.users.updateTable('profiles').set(users).where('id', '=', id).where('version', '=', 1).execute()
    await databases.auth.transaction().execute(async (trx) => {
      if (Object.keys(auth).length > 0) await trx.updateTable('accounts').set(auth).where('id', '=', id).execute()
      await keepMark(trx, { source, kind: 'users' }, user.id, mark)
    })
  })
  if (!done) return
  if (changes.length === 0) return report.count('users', 'there')
  report.change('users', user.id, `the ${changes.join(', the ')} as it is there now`)
}

/** Takes a name for this run, and every one that looks like it. @returns false when an earlier row has one of them */
function claimName(staging: Target['staging'], username: string): boolean {
  const { skeleton, skeleton_lower } = skeletonsOf(username)
  return staging.claim('look', skeleton) && staging.claim('look_lower', skeleton_lower)
}

/** A name that nobody has: the old one, where that may be, else with the old number (case does not count any more). */
async function freeName(user: OldUser, { databases, staging, report }: Target, own?: string): Promise<string> {
  const { name, others } = usernamesFor(user)
  const isFree = async (one: string) =>
    one.toLowerCase() === own?.toLowerCase() ||
    (!(await usernameTaken(databases.users, one)) && claimName(staging, one))
  if (await isFree(name)) {
    if (name !== nfc(user.username?.trim() ?? ''))
      report.note('users', user.id, 'the username is none that can be kept: it was made one')
    return name
  }
  report.note('users', user.id, 'the username was taken: the old id was added to it')
  for (const other of others) if (await isFree(other)) return other
  throw new Error(`no username is free for users ${user.id}`)
}

function phoneOf(user: OldUser, report: Target['report']): string | null {
  if (!user.phone_number?.trim()) return null
  if (isValidPhoneNumber(user.phone_number, 'RU')) return parsePhoneNumberWithError(user.phone_number, 'RU').number
  report.note('users', user.id, 'the phone number is none and was left out')
  return null
}
