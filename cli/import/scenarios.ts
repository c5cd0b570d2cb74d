import { sql, type Transaction } from 'kysely'
import { findMarks } from '../../db/imported-rows/imported-rows.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'
import { insertScenario, lockScenario, storeNextVersion } from '../../db/scenarios/scenarios.ts'
import { batches } from './batches.ts'
import { contentOf, notesOf } from './content.ts'
import { EPOCH_MS, idOf, markOf } from './ids.ts'
import type { OldScenario } from './staging.ts'
import { BATCH, inBatch, writeMarked, written, type Target } from './target.ts'

/** How versions that an import wrote are told from those of people here. */
const IMPORTED = 'import:'

interface There {
  readonly id: string
  readonly owner_id: string
  readonly version: number
  readonly deleted_at: Date | null
  /** Of the current version. */
  readonly operation_id: string | null
}
interface Here {
  readonly scenarios: ReadonlyMap<string, There>
  readonly marks: ReadonlyMap<string, string>
}

/**
 * Scenarios with their tags. One that came before and was changed in the monolith since gets a new version, unless somebody has
 * edited it here: then what is here stays.
 */
export async function importScenarios(target: Target): Promise<void> {
  const { staging, progress } = target
  const all = staging.count('scenarios')
  let done = 0
  for (const batch of batches(staging.scenarios(), BATCH)) {
    const here = await lookUp(batch, target)
    await inBatch(target, 'scenarios', async (within) => {
      for (const old of batch) await importScenario(old, here, within)
    })
    progress('scenarios', (done += batch.length), all)
  }
}

const momentOf = (old: OldScenario): number => old.created_at ?? EPOCH_MS
const newIdOf = (source: string, old: OldScenario): string => idOf(source, 'scenarios', old.id, momentOf(old))

async function lookUp(batch: readonly OldScenario[], { databases: { scenarios: db }, source }: Target): Promise<Here> {
  const ids = batch.map((old) => newIdOf(source, old))
  const { rows } = await sql<There>`
    select s.id, s.owner_id, s.version, s.deleted_at, v.operation_id
    from scenarios s join scenario_versions v on v.scenario_id = s.id and v.n = s.version
    where s.id = any(${ids}::uuid[])`.execute(db)
  const marks = await findMarks(
    db,
    { source, kind: 'scenarios' },
    batch.map((old) => old.id),
  )
  return { scenarios: new Map(rows.map((row) => [row.id, row])), marks }
}

async function importScenario(old: OldScenario, here: Here, target: Target): Promise<void> {
  const { source, report, staging } = target
  const owner = staging.newId('users', old.user_id)?.id
  if (!owner)
    return report.skip('scenarios', old.id, old.user_id === null ? 'it has no owner' : 'its owner was not taken over')
  const id = newIdOf(source, old)
  const there = here.scenarios.get(id)
  const before = here.marks.get(String(old.id))
  if (!there && before !== undefined)
    return report.skip('scenarios', old.id, 'was removed here since: does not come again')

  const mark = markOf(old.title, old.content, old.description, old.status, old.tags, old.user_id)
  const left = there && mark !== before ? reasonToLeave(there, owner) : undefined
  if (left !== undefined) report.note('scenarios', old.id, left)
  const comes = !there || (mark !== before && left === undefined)
  const done = await written(target, { kind: 'scenarios', name: old.id }, async () => {
    if (mark === before) return
    await writeMarked(target, { kind: 'scenarios', name: old.id, mark }, async (trx) =>
      comes ? store(trx, old, { id, owner }, there) : true,
    )
  })
  if (!done) return
  if (comes) for (const note of notesOf(old)) report.note('scenarios', old.id, note)
  if (!there) report.count('scenarios', 'new')
  else if (comes) report.change('scenarios', old.id, 'as it is there now')
  else report.count('scenarios', 'there')
  staging.came('scenarios', old.id, id, momentOf(old))
}

/** Why a change in the monolith is not followed. */
function reasonToLeave(there: There, owner: string): string | undefined {
  if (there.deleted_at !== null) return 'changed there and was deleted here: left deleted'
  if (there.owner_id !== owner) return 'has another owner there now: left with the one here'
  if (!there.operation_id?.startsWith(IMPORTED)) return 'was edited here since: left as it is'
  return undefined
}

/** @returns whether it was stored */
async function store(
  trx: Transaction<ScenariosDb>,
  old: OldScenario,
  { id, owner }: { readonly id: string; readonly owner: string },
  there: There | undefined,
): Promise<boolean> {
  const created_at = new Date(momentOf(old))
  const updated_at = new Date(old.updated_at ?? momentOf(old))
  const version = {
    author_id: owner,
    origin: 'human' as const,
    message: null,
    operation_id: `${IMPORTED}${id}:${(there?.version ?? 0) + 1}`,
    created_at: updated_at,
  }
  if (!there) {
    const facts = { id, owner_id: owner, source: 'human' as const, is_demo: false, template_id: null }
    await insertScenario(trx, { ...facts, created_at, updated_at }, contentOf(old, []), version)
    return true
  }
  const current = await lockScenario(trx, id)
  // Deleted or edited in this moment: the next run says so.
  if (current?.version !== there.version) return false
  const content = contentOf(old, current.scenes)
  return (await storeNextVersion(trx, current, content, version, { created_at, updated_at })) !== undefined
}
