import { sql } from 'kysely'
import { findMarks } from '../../db/imported-rows/imported-rows.ts'
import type { CommentRow } from '../../db/scenarios/schema.ts'
import { clampText } from '../../script/clean.ts'
import { MAX_COMMENT } from '../../script/limits.ts'
import { batches, groups } from './batches.ts'
import { cleanText } from './content.ts'
import { EPOCH_MS, idOf, markOf } from './ids.ts'
import type { OldComment } from './staging.ts'
import { BATCH, inBatch, writeMarked, written, type Target } from './target.ts'
import { threadsOf, type Placed } from './threads.ts'

interface Here {
  readonly comments: ReadonlyMap<string, CommentRow>
  readonly marks: ReadonlyMap<string, string>
}

/** Comments, with the deeper threads of the monolith brought to one level. One that was edited there since is edited here. */
export async function importComments(target: Target): Promise<void> {
  const { staging, progress } = target
  const all = staging.count('comments')
  let done = 0
  for (const batch of batches(
    groups(staging.comments(), (comment) => comment.scenario_id),
    BATCH,
  )) {
    const here = await lookUp(batch.flat(), target)
    await inBatch(target, 'comments', async (within) => {
      for (const comments of batch) {
        const scenario = staging.newId('scenarios', comments[0]!.scenario_id)
        if (scenario) await importThreads(comments, scenario, here, within)
        else for (const { id } of comments) within.report.skip('comments', id, 'its scenario was not taken over')
      }
    })
    progress('comments', (done += batch.flat().length), all)
  }
}

const newIdOf = (source: string, { id, created_at }: OldComment): string =>
  idOf(source, 'comments', id, created_at ?? EPOCH_MS)

async function lookUp(batch: readonly OldComment[], { databases: { scenarios: db }, source }: Target): Promise<Here> {
  const ids = batch.map((comment) => newIdOf(source, comment))
  const rows = await db
    .selectFrom('comments')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute()
  const numbers = batch.map((comment) => comment.id)
  return {
    comments: new Map(rows.map((row) => [row.id, row])),
    marks: await findMarks(db, { source, kind: 'comments' }, numbers),
  }
}

async function importThreads(
  comments: readonly OldComment[],
  scenario: { readonly id: string; readonly at_ms: number },
  here: Here,
  target: Target,
): Promise<void> {
  /** What begins each thread here: the old beginning, or the first reply where that did not come. */
  const begins = new Map<OldComment, string>()
  for (const placed of threadsOf(comments, scenario.at_ms)) {
    const parent_id = begins.get(placed.root) ?? null
    const id = await importComment(placed, { scenario_id: scenario.id, parent_id }, here, target)
    if (id !== undefined && parent_id === null) begins.set(placed.root, id)
  }
}

/** @returns its id here, or undefined when it did not come */
async function importComment(
  placed: Placed,
  place: { readonly scenario_id: string; readonly parent_id: string | null },
  here: Here,
  target: Target,
): Promise<string | undefined> {
  const { source, staging, report } = target
  const { comment, root, at_ms, broken } = placed
  const skip = (why: string) => void report.skip('comments', comment.id, why)
  const author_id = staging.newId('users', comment.user_id)?.id
  if (!author_id) return skip('its author was not taken over')
  const whole = cleanText(comment.content)
  if (whole === '') return skip('it is empty')
  const id = newIdOf(source, comment)
  const there = here.comments.get(id)
  const before = here.marks.get(String(comment.id))
  if (!there && before !== undefined) return skip('was deleted here since: does not come again')

  const body = clampText(whole, MAX_COMMENT)
  const mark = markOf(comment.content, comment.user_id, comment.parent_id)
  if (there && mark === before) {
    report.count('comments', 'there')
    return id
  }
  const left = there && reasonToLeave(there, author_id)
  const done = await written(target, { kind: 'comments', name: comment.id }, () =>
    writeMarked(target, { kind: 'comments', name: comment.id, mark }, async (trx) => {
      const at = new Date(at_ms)
      if (!there)
        await trx
          .insertInto('comments')
          .values({ id, ...place, author_id, body, scene_id: null, created_at: at, updated_at: at })
          .execute()
      else if (left === undefined)
        // Its moment stays: so a later run sees that nobody has changed it here.
        await trx
          .updateTable('comments')
          .set({ body })
          .where('id', '=', id)
          .where(sql<boolean>`updated_at = created_at and body is not null`)
          .execute()
      return true
    }),
  )
  if (!done) return undefined
  if (left !== undefined) report.note('comments', comment.id, left)
  if (whole.length > MAX_COMMENT && left === undefined)
    report.note('comments', comment.id, `was cut to ${MAX_COMMENT} characters`)
  if (!there && (broken || (root !== comment && place.parent_id === null)))
    report.note('comments', comment.id, 'what it answers is not there: it begins a thread')
  if (!there) report.count('comments', 'new')
  else if (left === undefined) report.change('comments', comment.id, 'as it is there now')
  else report.count('comments', 'there')
  return id
}

/** Why a change in the monolith is not followed. */
function reasonToLeave(there: CommentRow, author: string): string | undefined {
  if (there.body === null) return 'changed there and was deleted here: left deleted'
  if (there.author_id !== author) return 'has another author there now: left with the one here'
  if (there.updated_at.getTime() !== there.created_at.getTime())
    return 'changed there, and was edited or resolved here: left as it is here'
  return undefined
}
