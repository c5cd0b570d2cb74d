import { z } from 'zod'
import { codePoints, isBlank, nfc } from '../../script/nfc.ts'

/**
 * A text of a person: NFC, trimmed, then measured in code points. What nobody would see of it is none: refused where a text is needed,
 * empty where it is not. NUL, lone surrogates and long runs of marks were refused before.
 * @param max the longest, and `min` the shortest that is taken
 */
export const text = (min: number, max: number) =>
  z
    .string()
    .meta({ minLength: min, maxLength: max })
    .overwrite((s) => (isBlank(s) ? '' : nfc(s).trim()))
    .refine((s) => s.length <= 2 * max && codePoints(s) <= max, {
      error: `max_characters ${max}`,
      abort: true,
    })
    .refine((s) => codePoints(s) >= min, min === 1 ? 'not_empty' : `min_characters ${min}`)

/** In lower case, as ours are: one that somebody wrote otherwise is the same. */
export const uuid = z.uuid().toLowerCase()

export const uuidOrUndefined = (value: unknown): string | undefined => uuid.safeParse(value).data

/** A text in a query, NFC and trimmed. */
export const queryText = (max: number) =>
  z
    .string()
    .max(2 * max, `max_characters ${max}`)
    .overwrite((s) => nfc(s).trim())
