import { z } from 'zod'
import { READING_PACE } from '../../db/users/profiles.ts'
import { MAX_READING_MS, MIN_READING_MS } from '../../script/duration.ts'
import { Locale, PhoneNumber, Username } from './auth.ts'
import { text, uuid } from './text.ts'

const MAX_SETTINGS_BYTES = 16 * 1024
const MAX_URL = 2_000

/**
 * `https`, and a name of the public internet: a picture is fetched by other people's browsers, which must not be sent into their own
 * networks.
 */
const AvatarUrl = z
  .string()
  .trim()
  .max(MAX_URL)
  .refine(isPublicHttps, { error: 'public_https', abort: true })
  .overwrite((s) => new URL(s).href)

function isPublicHttps(s: string): boolean {
  if (!URL.canParse(s)) return false
  const { protocol, hostname, username, password } = new URL(s)
  const named = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(hostname)
  // A name ends in letters, so no form of an IP address gets here (the URL parser has made all of them dotted numbers).
  const internal = /\.(localhost|local|internal|home\.arpa|onion|alt)$/.test(hostname)
  return protocol === 'https:' && username === '' && password === '' && named && !internal
}

/** IANA name, not an offset. */
const TimeZone = z
  .string()
  .trim()
  .max(64)
  .refine((zone) => /^[A-Za-z]/.test(zone) && isTimeZone(zone), 'time_zone')

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

const Settings = z
  .record(z.string(), z.unknown())
  .refine(
    (settings) => Buffer.byteLength(JSON.stringify(settings)) <= MAX_SETTINGS_BYTES,
    `max_bytes ${MAX_SETTINGS_BYTES}`,
  )
  .check(({ value, issues }) => {
    const own = value[READING_PACE]
    const found = own === undefined ? undefined : readingPace.safeParse(own).error?.issues[0]
    if (found) issues.push({ ...found, path: [READING_PACE] } as (typeof issues)[number])
  })

const readingPace = z.number().min(MIN_READING_MS).max(MAX_READING_MS)

const noText = (s: string | null | undefined) => s || null

/** All that a person can set; what is absent becomes null or its default. */
export const ProfileReplacement = z.strictObject({
  full_name: text(0, 200).nullish().transform(noText),
  username: Username.optional(),
  phone_number: PhoneNumber.nullish().transform(noText),
  avatar_url: AvatarUrl.nullish().transform(noText),
  bio: text(0, 2_000).nullish().transform(noText),
  locale: Locale.nullish().transform(noText),
  timezone: TimeZone.nullish().transform(noText),
  settings: Settings.nullish().transform((s) => s ?? {}),
})

export const UserParams = z.object({ id: uuid })

const moment = z.iso.datetime()

export const Profile = z
  .object({
    id: uuid,
    email: z.string(),
    username: z.string(),
    full_name: z.string().nullable(),
    phone_number: z.string().nullable(),
    avatar_url: z.string().nullable(),
    bio: z.string().nullable(),
    locale: z.string().nullable(),
    timezone: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()),
    created_at: moment,
    updated_at: moment,
  })
  .meta({ id: 'Profile' })

export const Phone = z
  .object({ phone_number: z.string().nullable(), verified_at: moment.nullable() })
  .meta({ id: 'Phone' })

export const PhoneCode = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six_digits') })

/** What everybody may see of a person. */
export const PublicProfile = z
  .object({
    id: uuid,
    username: z.string(),
    full_name: z.string().nullable(),
    avatar_url: z.string().nullable(),
    bio: z.string().nullable(),
  })
  .meta({ id: 'PublicProfile' })
