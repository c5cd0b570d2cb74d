import { z } from 'zod'

/** Length as people count it: code points, not UTF-16 units. */
const codePoints = (text: string): number => [...text].length

/**
 * A text of a person: NFC, trimmed, then measured in code points. NUL and lone surrogates were refused with the body.
 * @param max the longest, and `min` the shortest that is taken
 */
export const text = (min: number, max: number) =>
  z
    .string()
    .meta({ minLength: min, maxLength: max })
    .overwrite((s) => s.normalize('NFC').trim())
    .refine((s) => s.length <= 2 * max && codePoints(s) <= max, {
      error: `max_characters ${max}`,
      abort: true,
    })
    .refine((s) => codePoints(s) >= min, min === 1 ? 'not_empty' : `min_characters ${min}`)

/** RFC 3339 UTC with milliseconds. */
export const time = z
  .date()
  .transform((d) => d.toISOString())
  .pipe(z.iso.datetime())

/** In lower case, as ours are: one that somebody wrote otherwise is the same. */
export const uuid = z.uuid().toLowerCase()

export const uuidOrUndefined = (value: unknown): string | undefined => uuid.safeParse(value).data

/** A text in a query, NFC and trimmed. NUL cannot be compared with anything that is stored. */
export const queryText = (max: number) =>
  z
    .string()
    .max(2 * max, `max_characters ${max}`)
    .refine((s) => !s.includes('\0') && s.isWellFormed(), 'unstorable_text')
    .overwrite((s) => s.normalize('NFC').trim())
