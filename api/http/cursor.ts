import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fail } from '../../errors/errors.ts'

/** The last row of the page before: lists go on after it, whatever was inserted meanwhile. */
export interface Position {
  readonly created_at: string
  readonly id: string
}

/** Within what Postgres takes as a moment. */
const Moment = z.iso.datetime().refine((s) => s > '1970' && !Number.isNaN(Date.parse(s)))
const Cursor = z.tuple([z.string(), Moment, z.string().max(100)])

const MAX_PAGE = 100

/** `?limit=` and `?cursor=` of every list. */
export const page = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `whole_number_to ${MAX_PAGE}`)
    .transform(Number)
    .refine((n) => n >= 1 && n <= MAX_PAGE, `whole_number_to ${MAX_PAGE}`)
    .default(20),
  cursor: z.string().max(500).optional(),
}

const digest = (filters: unknown) =>
  createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 8)

/** A cursor is bound to its list and filters: with others it would skip rows silently. */
function encodeCursor(filters: unknown, { created_at, id }: Position): string {
  return Buffer.from(JSON.stringify([digest(filters), created_at, id])).toString('base64url')
}

/** Undefined for every kind of garbage. */
function read(cursor: string): z.output<typeof Cursor> | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  // The decoder skips what it does not know: with something added or left out it is not the cursor that we gave.
  if (bytes.toString('base64url') !== cursor) return undefined
  try {
    return Cursor.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return undefined
  }
}

/** Whether a cursor belongs to the list with these filters. */
export const isCursorOf = (filters: unknown, cursor: string): boolean => read(cursor)?.[0] === digest(filters)

/** The same for lists whose rows have UUIDs. @throws AppError validation.failed */
export function decodeUuidCursor(filters: unknown, cursor: string | undefined): Position | undefined {
  const position = decodeCursor(filters, cursor)
  return position === undefined || z.uuid().safeParse(position.id).success ? position : badCursor()
}

const badCursor = (): never => fail('validation.failed', { errors: [{ path: '/cursor', reason: 'foreign_cursor' }] })

/** @throws AppError validation.failed */
export function decodeCursor(filters: unknown, cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined
  const [bound, created_at, id] = read(cursor) ?? badCursor()
  return bound === digest(filters) ? { created_at, id } : badCursor()
}

/** One page from `limit + 1` rows: the surplus row only says that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  filters: unknown,
  position: (row: Row) => Position,
  present: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(present),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(filters, position(last)) : null,
  }
}
