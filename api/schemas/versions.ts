import { z } from 'zod'
import type { VersionHeader } from '../../db/scenarios/versions.ts'
import type { VersionRow } from '../../db/scenarios/schema.ts'
import type { Language } from '../../language.ts'
import { estimateScript } from '../../script/duration.ts'
import { CONTENT } from '../../script/fields.ts'
import { renderContent } from '../../script/render.ts'
import { page } from '../http/cursor.ts'

export const VersionItem = z
  .object({
    n: z.int().positive(),
    author_id: z.uuid(),
    origin: z.enum(['human', 'ai', 'restore']),
    message: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'VersionItem' })

/** A version with the content of then; `content` and `est_duration_s` are derived from it. */
export const Version = VersionItem.extend({
  ...CONTENT,
  content: z.string(),
  est_duration_s: z.number(),
}).meta({ id: 'Version' })

export const VersionList = z.object({ items: z.array(VersionItem), next_cursor: z.string().nullable() })
export const VersionsQuery = z.object(page)

const number = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)
export const VersionParams = z.object({ id: z.uuid().toLowerCase(), n: number })
const RESTORED: Record<Language, (n: number) => string> = {
  ru: (n) => `Восстановлена версия ${n}`,
  en: (n) => `Version ${n} restored`,
}

export const presentVersionItem = (row: VersionHeader, language: Language): z.input<typeof VersionItem> => ({
  n: row.n,
  author_id: row.author_id,
  origin: row.origin,
  message: row.restored_from === null ? row.message : RESTORED[language](row.restored_from),
  created_at: row.created_at.toISOString(),
})

export const presentVersion = (row: VersionRow, language: Language): z.input<typeof Version> => ({
  ...presentVersionItem(row, language),
  ...row.content,
  content: renderContent(row.content.scenes),
  est_duration_s: estimateScript(row.content.scenes, row.content),
})
