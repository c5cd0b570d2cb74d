import type { AccountRow } from '../../db/auth/schema.ts'
import type { ProfileName } from '../../db/users/profiles.ts'
import { isValidPhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { z } from 'zod'
import { isUsername, MAX_USERNAME, MIN_USERNAME } from '../../db/users/username.ts'
import { canonicalEmail, isEmailAddress, MAX_EMAIL } from '../../network/email-address.ts'
import { codePoints, isBlank, nfc } from '../../script/nfc.ts'
import { page } from '../http/cursor.ts'
import { text, uuid } from './text.ts'

const moment = z.iso.datetime()

const MIN_PASSWORD = 8
const MAX_PASSWORD = 128

/** Not trimmed: a password is taken as it was typed, and compared after NFC. One that nobody can see is none. */
const Password = z
  .string()
  .meta({ minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD })
  .refine((s) => codePoints(nfc(s)) <= MAX_PASSWORD, { error: `max_characters ${MAX_PASSWORD}`, abort: true })
  .refine((s) => codePoints(nfc(s)) >= MIN_PASSWORD, `min_characters ${MIN_PASSWORD}`)
  .refine((s) => !isBlank(s), 'not_empty')

/** Normalised first, then checked. */
export const Email = z.string().max(MAX_EMAIL).overwrite(canonicalEmail).refine(isEmailAddress, 'email')

export const Username = text(MIN_USERNAME, MAX_USERNAME).refine(isUsername, 'username')

/** E.164, whatever form it was typed in; a number without country code is taken as Russian. */
export const PhoneNumber = z
  .string()
  .trim()
  .max(40)
  .refine((s) => isValidPhoneNumber(s, 'RU'), { error: 'phone_number', abort: true })
  .transform((s) => parsePhoneNumberWithError(s, 'RU').number as string)

const canonicalLocale = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

/** BCP 47. */
export const Locale = z
  .string()
  .trim()
  .max(35)
  .refine((s) => canonicalLocale(s) !== undefined, {
    error: 'language_tag',
    abort: true,
  })
  .overwrite((s) => canonicalLocale(s) ?? s)

export const Registration = z.strictObject({
  email: Email,
  password: Password,
  full_name: text(0, 200).nullish(),
  username: Username.nullish(),
  phone_number: PhoneNumber.nullish(),
  locale: Locale.nullish(),
})

/** Any text: one that cannot be right is answered like a wrong one. */
export const Login = z.strictObject({ email: z.string().max(1_000), password: z.string().max(1_000) })

export const Tokens = z.object({
  access_token: z.string(),
  refresh_token: z
    .string()
    .optional()
    .meta({ description: 'absent with `X-Session-Mode: cookie`: it is in the cookie' }),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive(),
})

export const Me = z
  .object({
    id: z.uuid(),
    email: z.string(),
    email_verified: z.boolean(),
    username: z.string(),
    full_name: z.string().nullable(),
    locale: z.string().nullable(),
    roles: z.array(z.enum(['user', 'admin'])),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Me' })

export const Registered = Tokens.extend({ user: Me })

/** No body at all with `X-Session-Mode: cookie`. */
export const RefreshRequest = z
  .strictObject({
    refresh_token: z.string().optional().meta({ description: 'none with `X-Session-Mode: cookie`, else needed' }),
  })
  .optional()
/** A password that is compared: any text. */
const GivenPassword = z.string().max(1_000)
export const EmailProof = z.strictObject({ token: z.string(), password: GivenPassword.optional() })
export const EmailChange = z.strictObject({ new_email: Email, password: GivenPassword.optional() })
/** May be no body at all. */
export const FreshSignIn = z.strictObject({ password: GivenPassword.optional() }).optional()
export const PasswordForgot = z.strictObject({ email: Email })
export const PasswordReset = z.strictObject({ token: z.string(), password: Password })
export const PasswordChange = z.strictObject({ current_password: z.string().max(1_000), new_password: Password })

const Session = z
  .object({
    id: z.uuid(),
    created_at: moment,
    last_used_at: moment,
    user_agent: z.string().nullable(),
    ip: z.string().nullable(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' })
export const SessionList = z.object({ items: z.array(Session), next_cursor: z.string().nullable() })
export const SessionQuery = z.object(page)
export const SessionParams = z.object({ id: uuid })

type MeAccount = Pick<AccountRow, 'id' | 'email' | 'email_verified_at' | 'created_at'> & {
  readonly roles: readonly string[]
}

/** The caller's own account. */
export const presentMe = (account: MeAccount, profile: ProfileName) => ({
  id: account.id,
  email: account.email,
  email_verified: account.email_verified_at !== null,
  username: profile.username,
  full_name: profile.full_name,
  locale: profile.locale,
  roles: account.roles,
  created_at: account.created_at.toISOString(),
})
