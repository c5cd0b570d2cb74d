import { z } from 'zod'
import { DRAWN_FORMATS, FORMAT_NAMES, FORMATS, type Format } from '../../exports/format.ts'
import { SOURCES } from '../../script/script.ts'
import { editable, flag } from './scenarios.ts'

const drawn = ({ format, storyboard }: { format: Format; storyboard: boolean }): boolean =>
  !storyboard || DRAWN_FORMATS.includes(format)
const onlyDrawn = { path: ['storyboard'], error: `only_with format=${DRAWN_FORMATS.join('|')}` }

export const ExportQuery = z
  .object({ format: z.enum(FORMAT_NAMES), storyboard: flag.default(false) })
  .refine(drawn, onlyDrawn)
export const ExportLinkBody = z
  .strictObject({ format: z.enum(FORMAT_NAMES), storyboard: z.boolean().default(false) })
  .refine(drawn, onlyDrawn)

/** Bytes; the media type is the format's. */
export const ExportFile = z.string().meta({ format: 'binary' })

/** The `json` export. Where it came from stays on it: a demo text stays marked as one. */
export const ImportBody = z
  .strictObject({
    format: z.literal('scenor.scenario').optional(),
    schema_version: z.literal(1).optional(),
    ...editable,
    source: z.enum(SOURCES).default('human'),
    is_demo: z.boolean().default(false),
  })
  .meta({ id: 'ScenarioImport' })

/** What a file of each media type holds. */
export const EXPORT_FILES: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  FORMAT_NAMES.map((format) => [FORMATS[format].mediaType.split(';')[0]!, format === 'json' ? ImportBody : ExportFile]),
)

/** Characters of a name that file systems take: the longest is 255 bytes, and Cyrillic has two each. */
const MAX_NAME = 80

/** `Content-Disposition` for a title that may hold anything: an ASCII name for old clients, and the real one (RFC 6266, RFC 5987). */
export function disposition(title: string, format: Format): string {
  const name = [
    ...title
      .replace(/[\p{C}\\/:*?"<>|]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, MAX_NAME)
    .join('')
    .replace(/^[. ]+|[. ]+$/g, '')
  // Half a name says less than none: «Чайник «Ёж» №1» would be "1".
  const ascii = /^[\x20-\x7e]+$/.test(name) ? name.replace(/[;'%]/g, '').trim() || 'scenario' : 'scenario'
  const encoded = encodeURIComponent(name || 'scenario').replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const { ending } = FORMATS[format]
  return `attachment; filename="${ascii}.${ending}"; filename*=UTF-8''${encoded}.${ending}`
}
