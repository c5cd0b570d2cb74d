import { readFileSync } from 'node:fs'

interface Confusables {
  /** Version of the table. */
  readonly unicode: string
  /** A character, and what it looks like. */
  readonly prototypes: Readonly<Record<string, string>>
}

// Data of Unicode (confusables.LICENSE), by way of the crate unicode-security 0.1.3; made by cli/confusables.ts.
const { unicode, prototypes } = JSON.parse(
  readFileSync(new URL('./confusables.json', import.meta.url), 'utf8'),
) as Confusables
const LOOKS_LIKE = new Map(Object.entries(prototypes))

/** What skeletons are made by. */
export const SKELETONS_BY = unicode

/** Texts with the same skeleton look alike (UTS #39, section 4). */
const skeletonOf = (text: string): string =>
  [...text.normalize('NFD')]
    .filter((c) => !/\p{Default_Ignorable_Code_Point}/u.test(c))
    .map((c) => LOOKS_LIKE.get(c) ?? c)
    .join('')
    .normalize('NFD')

/** The same where case does not count. Again, since some look like a capital: `0` like `O`, and so like `o`. */
const lowerSkeletonOf = (text: string): string => skeletonOf(skeletonOf(text.toLowerCase()).toLowerCase())

/** How a username looks as it is written and in lower case: two people share neither. */
export const skeletonsOf = (username: string): { readonly skeleton: string; readonly skeleton_lower: string } => ({
  skeleton: skeletonOf(username),
  skeleton_lower: lowerSkeletonOf(username),
})

/** A username with all that is stored of it. */
export const namedAs = (username: string) => ({ username, ...skeletonsOf(username), skeletons_by: SKELETONS_BY })

/** Names of those who speak for an installation, and words that pages and programs take for something else. */
const RESERVED = [
  ...['admin', 'administrator', 'root', 'superuser', 'sysadmin', 'system', 'daemon', 'operator', 'owner', 'staff'],
  ...['moderator', 'mod', 'support', 'help', 'helpdesk', 'security', 'abuse', 'postmaster', 'hostmaster', 'webmaster'],
  ...['noreply', 'mailer', 'mailerdaemon', 'info', 'contact', 'sales', 'billing', 'payment', 'payments', 'official'],
  ...['team', 'bot', 'service', 'api', 'www', 'mail', 'auth', 'login', 'logout', 'register', 'signin', 'signup'],
  ...['account', 'accounts', 'profile', 'settings', 'me', 'user', 'users', 'anonymous', 'guest', 'everyone', 'all'],
  ...['nobody', 'null', 'undefined', 'none', 'nan', 'true', 'false', 'test', 'deleted', 'unknown'],
  ...['админ', 'администратор', 'администрация', 'модератор', 'поддержка', 'техподдержка', 'помощь', 'служба'],
  ...['система', 'безопасность', 'оператор', 'владелец', 'бухгалтерия', 'оплата', 'бот', 'аноним', 'гость', 'все'],
]
/** Of the product itself no name may even begin so. */
const OURS = ['scenor', 'сценор']
const looks = (word: string): string => lowerSkeletonOf(word.replace(/[._-]/g, ''))
/** Made when the first name is judged: a tenth of a second, which no start of a process waits for. */
let reserved: { readonly names: ReadonlySet<string>; readonly ours: readonly string[] } | undefined

/** Whether a username reads as one of those names, dots and dashes aside. */
export const isReserved = (username: string): boolean => {
  const { names, ours } = (reserved ??= { names: new Set(RESERVED.map(looks)), ours: OURS.map(looks) })
  const look = looks(username)
  return names.has(look) || ours.some((own) => look.startsWith(own))
}
