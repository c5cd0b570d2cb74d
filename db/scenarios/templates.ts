import { sql, type Transaction } from 'kysely'
import { BUILT_IN, BUILT_IN_SINCE } from '../../script/templates/built-in.ts'
import { type BuiltInTemplate } from '../../script/templates/template.ts'
import type { Executor } from '../connection.ts'
import type { BeatShare, ScenariosDb, TemplateRow } from './schema.ts'

type Db = Executor<ScenariosDb>

/** A template that somebody may use: an own one, or one of the product's (`owner_id` null). */
export type UsableTemplate = Omit<TemplateRow, 'owner_id'> & { readonly owner_id: string | null }
export type TemplateContent = Omit<TemplateRow, 'id' | 'owner_id' | 'version' | 'created_at' | 'updated_at'>

const builtIn = (template: BuiltInTemplate): UsableTemplate => ({
  ...template,
  tone: [...template.tone],
  beats: [...template.beats],
  must_avoid: [...template.must_avoid],
  owner_id: null,
  created_at: BUILT_IN_SINCE,
  updated_at: BUILT_IN_SINCE,
})
const BUILT_INS: readonly UsableTemplate[] = BUILT_IN.map(builtIn)

/** The template if this person may use it: foreign and missing look alike. */
export async function findTemplate(db: Db, id: string, personId: string): Promise<UsableTemplate | undefined> {
  return (
    BUILT_INS.find((t) => t.id === id) ??
    (await db
      .selectFrom('templates')
      .selectAll()
      .where('id', '=', id)
      .where('owner_id', '=', personId)
      .executeTakeFirst())
  )
}

/** Own and built-in ones, newest first; `before` is the last row of the page before. */
export async function listTemplates(
  db: Db,
  personId: string,
  before: { readonly created_at: string; readonly id: string } | undefined,
  limit: number,
): Promise<UsableTemplate[]> {
  const own = await db
    .selectFrom('templates')
    .selectAll()
    .where('owner_id', '=', personId)
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`(created_at, id) < (${before?.created_at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  const [time, lastId] = [before ? Date.parse(before.created_at) : Infinity, before?.id ?? '']
  const rest = BUILT_INS.filter((t) => {
    const at = t.created_at.getTime()
    return at < time || (at === time && t.id < lastId)
  })
  return [...own, ...rest]
    .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.id < b.id ? 1 : -1))
    .slice(0, limit)
}

const columns = ({ beats, ...content }: TemplateContent) => ({
  ...content,
  beats: JSON.stringify(beats satisfies BeatShare[]),
})

export function insertTemplate(
  trx: Transaction<ScenariosDb>,
  id: string,
  ownerId: string,
  content: TemplateContent,
): Promise<TemplateRow> {
  return trx
    .insertInto('templates')
    .values({ id, owner_id: ownerId, ...columns(content) })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Replaces a template, only if it still has that version. */
export function replaceTemplate(
  db: Db,
  id: string,
  version: number,
  content: TemplateContent,
): Promise<TemplateRow | undefined> {
  return db
    .updateTable('templates')
    .set({ ...columns(content), version: sql`version + 1`, updated_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst()
}

/** Removes a template, only if it still has that version. Returns whether it did. */
export async function deleteTemplate(db: Db, id: string, version: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('templates')
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
