import { isValidPhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/max'
import { z } from 'zod'
import { page } from '../cursor.ts'
import { text, uuid } from './text.ts'

const moment = z.iso.datetime()

const MIN_PASSWORD = 8
const MAX_PASSWORD = 128

/** Not trimmed: a password is taken as it was typed, and compared after NFC. */
export const Password = z
  .string()
  .meta({ minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD })
  .refine((s) => [...s.normalize('NFC')].length <= MAX_PASSWORD, {
    error: `max_characters ${MAX_PASSWORD}`,
    abort: true,
  })
  .refine((s) => [...s.normalize('NFC')].length >= MIN_PASSWORD, `min_characters ${MIN_PASSWORD}`)

/** Words of an address without quotes (RFC 5322 atoms, RFC 6532 letters), and a domain name of two labels or more. */
const ADDRESS =
  /^(?=.{1,64}@)[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?=.{1,253}$)([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+(?!\d+$)[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u

/** The form in which addresses are kept and compared. */
export const canonicalEmail = (address: string): string => address.trim().normalize('NFC').toLowerCase()

/**
 * Normalised first, then checked, since a mailer may fold what a check let through (a full-width `＠` becomes `@`):
 * an address that NFKC changes in anything but case is refused.
 */
export const Email = z
  .string()
  .max(254)
  .overwrite(canonicalEmail)
  .refine((s) => s.normalize('NFKC') === s && ADDRESS.test(s), 'email')

export const Username = text(3, 30).refine((s) => /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(s), 'username')

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
  refresh_token: z.string(),
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

export const RefreshRequest = z.strictObject({ refresh_token: z.string() })
export const OneTimeToken = z.strictObject({ token: z.string() })
export const PasswordForgot = z.strictObject({ email: Email })
export const PasswordReset = z.strictObject({ token: z.string(), password: Password })
export const PasswordChange = z.strictObject({ current_password: z.string().max(1_000), new_password: Password })

export const Session = z
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
