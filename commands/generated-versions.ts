import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { GenerationResult } from '../contracts/generation.ts'
import { findScenario, insertScenario, storeNextVersion } from '../db/scenarios/scenarios.ts'
import { findTemplate } from '../db/scenarios/templates.ts'
import type { ScenarioRow, ScenariosDb, SeenScenario } from '../db/scenarios/schema.ts'
import type { Last } from '../db/transaction.ts'
import { fail } from '../errors/errors.ts'
import { writtenFrom, type Brief } from './brief.ts'
import { withIds } from '../script/draft.ts'
import { CONTENT_FIELDS, pick, UNFILLED } from '../script/fields.ts'
import { disclosureText, isAdvertising, lawsById, lawsFor, legalRowsLost, withLegalRows } from '../script/law/marks.ts'
import type { DraftScene, Scene, ScriptDraft } from '../script/script.ts'
import { publishScenario } from './scenarios.ts'

type Trx = Transaction<ScenariosDb>

/** Whose work it is and what it is written over. */
export interface StoreTarget {
  readonly operation_id: string
  readonly owner_id: string
  readonly request_id: string
  readonly scenario_id?: string | undefined
  readonly base_version?: number | undefined
  readonly template_id?: string | undefined
}

const byAi = ({ operation_id, owner_id }: StoreTarget) => ({
  author_id: owner_id,
  origin: 'ai' as const,
  message: null,
  operation_id,
})

/** What may be written over: still that version, and still this person's to edit. @throws AppError ai.base_version_changed */
async function baseOf(trx: Trx, target: StoreTarget): Promise<SeenScenario> {
  const base = await findScenario(trx, target.scenario_id ?? '', target.owner_id)
  // Deleted or no longer shared meanwhile counts as changed: what was written is kept as a proposal.
  if (!base || (base.role !== 'owner' && base.role !== 'editor')) fail('ai.base_version_changed')
  if (base.version !== target.base_version) fail('ai.base_version_changed')
  return base
}

const templateVersion = async (trx: Trx, { template_id, owner_id }: StoreTarget) =>
  template_id === undefined ? undefined : (await findTemplate(trx, template_id, owner_id))?.version

/** What the law wants of a draft; older ones do not say it. */
const lawsOf = ({ laws, kind, language, platform }: ScriptDraft) => {
  if (laws) return lawsById(laws)
  return isAdvertising(kind) ? lawsFor({ language, platform, texts: [] }) : []
}

const contentOfDraft = (draft: ScriptDraft) => {
  const { title, description, language, kind, platform, audience, target_duration_s, hook, cta, tone, scenes } = draft
  return {
    ...{ title, description, language, kind, platform, audience, target_duration_s, hook, cta },
    tone: [...tone],
    disclosure: disclosureText(lawsOf(draft)),
    scenes: withIds(scenes, uuidv7),
  }
}

/** The scenes with what the law wants on the screen; what an author filled in before is kept. */
const marked = (scenes: readonly Scene[], draft: ScriptDraft, before: readonly Scene[] = []): Scene[] =>
  withLegalRows(
    scenes,
    lawsOf(draft),
    (row) => ({ ...row, id: uuidv7() }),
    before.flatMap(({ rows }) => rows),
  )

/** What the checks look for. An order that is silent about it leaves what an earlier one asked. */
const requirementsOf = (draft: ScriptDraft) => {
  const { must_include, must_avoid, order_facts, reading_ms_per_char, hook_variants = [] } = draft
  return {
    ...(must_include && { must_include: [...must_include] }),
    ...(must_avoid && { must_avoid: [...must_avoid] }),
    ...(order_facts && { order_facts: [...order_facts] }),
    ...(reading_ms_per_char !== undefined && { reading_ms_per_char }),
    // Those of an earlier script open another film.
    hook_variants,
  }
}

/** What it is written from, as it will be stored. */
const briefOf = (
  content: Omit<Brief, 'must_include' | 'must_avoid'>,
  { must_include = [], must_avoid = [] }: { must_include?: readonly string[]; must_avoid?: readonly string[] },
): Brief => ({ ...content, must_include, must_avoid })

/** Stores a written script as a scenario of its owner, or as a new version of the one that it was asked for. */
export async function storeScript(
  trx: Trx,
  target: StoreTarget,
  draft: ScriptDraft,
  last: Last,
): Promise<GenerationResult> {
  const isNew = target.scenario_id === undefined
  const row = isNew ? await insertNew(trx, target, draft) : await writeOver(trx, target, draft)
  return stored(trx, isNew ? 'scenario_created' : 'scenario_updated', row, target, last)
}

async function insertNew(trx: Trx, target: StoreTarget, draft: ScriptDraft): Promise<ScenarioRow> {
  const version = await templateVersion(trx, target)
  const facts = {
    id: uuidv7(),
    owner_id: target.owner_id,
    source: 'ai' as const,
    is_demo: draft.is_demo,
    template_id: target.template_id ?? null,
    ...(version !== undefined && { template_version: version }),
    ...requirementsOf(draft),
  }
  const content = contentOfDraft(draft)
  const scenes = marked(writtenFrom(content.scenes, briefOf(content, facts)), draft)
  return insertScenario(trx, facts, { ...UNFILLED, ...content, scenes }, byAi(target))
}

/** Locked scenes stay, at their places. */
async function writeOver(trx: Trx, target: StoreTarget, draft: ScriptDraft): Promise<ScenarioRow> {
  const base = await baseOf(trx, target)
  const written = contentOfDraft(draft)
  // What a draft does not write (status, tags) stays.
  const requirements = requirementsOf(draft)
  const fresh = writtenFrom(
    written.scenes,
    briefOf(written, { ...pick(base, ['must_include', 'must_avoid']), ...requirements }),
  )
  const scenes = marked(withLocked(base.scenes, fresh), draft, base.scenes)
  // So does what the author has said of its marks.
  const disclosure = base.disclosure ?? written.disclosure
  const content = { ...pick(base, CONTENT_FIELDS), ...written, disclosure, scenes }
  const version = await templateVersion(trx, target)
  const facts = {
    ...changed(base, draft.is_demo),
    ...requirements,
    ...(target.template_id !== undefined && { template_id: target.template_id }),
    ...(version !== undefined && { template_version: version }),
  }
  return (await storeNextVersion(trx, base, content, byAi(target), facts)) ?? fail('ai.base_version_changed')
}

/** A new version in which one scene is another; all others stay byte for byte. */
export async function storeScene(
  trx: Trx,
  target: StoreTarget & { readonly scene_id: string },
  scene: DraftScene,
  isDemo: boolean,
  last: Last,
): Promise<GenerationResult> {
  const base = await baseOf(trx, target)
  const scenes = base.scenes.map((before): Scene => {
    if (before.id !== target.scene_id) return before
    if (before.locked) fail('scenario.scene_locked')
    const written = writtenFrom(withIds([scene], uuidv7), base)[0]!
    const rows = [...written.rows, ...legalRowsLost(before.rows, written.rows)]
    return { ...written, rows, id: before.id, beat: before.beat }
  })
  const content = { ...pick(base, CONTENT_FIELDS), scenes }
  const row = await storeNextVersion(trx, base, content, byAi(target), changed(base, isDemo))
  return stored(trx, 'scenario_updated', row ?? fail('ai.base_version_changed'), target, last)
}

function stored(
  trx: Trx,
  type: 'scenario_created' | 'scenario_updated',
  row: ScenarioRow,
  { request_id }: StoreTarget,
  last: Last,
): GenerationResult {
  last(publishScenario(trx, type, row, request_id))
  return { scenario_id: row.id, version: row.version }
}

/** A person's text that a model went on with is of both. One demo part makes the whole a demo. */
const changed = (base: ScenarioRow, isDemo: boolean) => ({
  source: base.source === 'ai' ? ('ai' as const) : ('mixed' as const),
  is_demo: base.is_demo || isDemo,
})

function withLocked(before: readonly Scene[], written: readonly Scene[]): Scene[] {
  const scenes = [...written]
  for (const [i, scene] of before.entries()) if (scene.locked) scenes.splice(Math.min(i, scenes.length), 0, scene)
  return scenes
}
