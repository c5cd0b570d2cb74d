import { scenor } from '../session.ts'
import type { Read } from './script.ts'

/** The setting of a person that the API times by. */
const PACE = 'reading_ms_per_char'

export async function load(id: string): Promise<Read> {
  const { data, headers } = await scenor.call('GET /scenarios/{id}', { params: { id } }).withResponse()
  return { script: data, etag: headers.get('etag') ?? '' }
}

/** How fast the reader of this page reads aloud, milliseconds a character; undefined: as people do. */
export async function ownPace(): Promise<number | undefined> {
  const { settings } = await scenor.call('GET /users/profile')
  const pace = settings[PACE]
  return typeof pace === 'number' ? pace : undefined
}

/** From now on everything is timed by it. */
export async function keepPace(msPerCharacter: number): Promise<void> {
  const { id, ...profile } = await scenor.call('GET /users/profile')
  const { full_name, username, phone_number, avatar_url, bio, locale, timezone } = profile
  const settings = { ...profile.settings, [PACE]: Math.round(msPerCharacter) }
  const body = { full_name, username, phone_number, avatar_url, bio, locale, timezone, settings }
  await scenor.call('PUT /users/{id}', { params: { id }, body })
}
