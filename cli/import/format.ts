import { z } from 'zod'

/** A number of the monolith; null where there is none that counts (a text, zero, a fraction). */
const id = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => {
    const number = Number(value ?? '')
    return Number.isSafeInteger(number) && number > 0 ? number : null
  })
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null)
/** Milliseconds since 1970; null where there is no moment. One without a zone is UTC. */
const moment = z
  .string()
  .nullish()
  .transform((value) => {
    if (!value) return null
    const iso = value.replace(' ', 'T').replace(/([+-]\d\d)$/, value.includes(':') ? '$1:00' : '$1')
    const ms = Date.parse(/T.*([zZ]|[+-]\d\d:?\d\d)$|^[^T]*$/.test(iso) ? iso : `${iso}Z`)
    return Number.isNaN(ms) || ms < MIN_MS || ms > MAX_MS ? null : ms
  })
/** Before these there was no monolith, after them RFC 3339 has no year. */
const [MIN_MS, MAX_MS] = [0, Date.UTC(9999, 11, 31)]

/** Rows of the monolith, with its own names; columns that it may have beside these are ignored. Anything may be null. */
export const TABLES = {
  users: z.object({ id, username: text, email: text, phone_number: text, hashed_pwd: text }),
  scenarios: z.object({
    id,
    title: text,
    content: text,
    description: text,
    status: text,
    user_id: id,
    created_at: moment,
    updated_at: moment,
  }),
  tags: z.object({ id, name: text }),
  scenario_tags: z.object({ scenario_id: id, tag_id: id }),
  comments: z.object({ id, content: text, scenario_id: id, user_id: id, parent_id: id, created_at: moment }),
  scenario_shares: z.object({ scenario_id: id, user_id: id, permission: text }),
} as const
export type Table = keyof typeof TABLES
export const TABLE_NAMES = Object.keys(TABLES) as Table[]
export type OldRow<T extends Table> = z.output<(typeof TABLES)[T]>

/** Without these a database is no monolith; its later tables and columns may not exist yet. */
export const REQUIRED: Partial<Record<Table, readonly string[]>> = {
  users: ['id', 'username', 'email', 'hashed_pwd'],
  scenarios: ['id', 'title', 'content', 'user_id'],
}

/** @throws Error that names the wrong field of a row, never its value */
export function readRow<T extends Table>(table: T, row: unknown, position: number): OldRow<T> {
  const parsed = TABLES[table].safeParse(row)
  if (parsed.success) return parsed.data as OldRow<T>
  const issue = parsed.error.issues[0]
  throw new Error(`/${[table, position, ...(issue?.path ?? [])].join('/')}: ${issue?.message ?? 'is wrong'}`)
}
