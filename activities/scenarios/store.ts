import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { findScenario, insertScenario, storeNextVersion } from '../../db/scenarios/scenarios.ts'
import { findTemplate } from '../../db/scenarios/templates.ts'
import type { ScenarioContent, ScenarioRow, ScenariosDb, SeenScenario } from '../../db/scenarios/schema.ts'
import { fail } from '../../errors.ts'
import { disclosureOf, withDisclosure } from '../../script/disclosure.ts'
import { withIds } from '../../script/draft.ts'
import type { DraftScene, Scene, ScriptDraft } from '../../script/script.ts'

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
async function baseOf(trx: Transaction<ScenariosDb>, target: StoreTarget): Promise<SeenScenario> {
  const base = await findScenario(trx, target.scenario_id ?? '', target.owner_id)
  // Deleted or no longer shared meanwhile counts as changed: what was written is kept as a proposal.
  if (!base || (base.role !== 'owner' && base.role !== 'editor')) fail('ai.base_version_changed')
  if (base.version !== target.base_version) fail('ai.base_version_changed')
  return base
}

const contentOf = (row: ScenarioRow): ScenarioContent => {
  const { title, description, status, tags, language, platform, kind, tone, audience } = row
  const { target_duration_s, hook, cta, disclosure, scenes } = row
  return {
    title,
    description,
    status,
    tags,
    language,
    platform,
    kind,
    tone,
    audience,
    target_duration_s,
    hook,
    cta,
    disclosure,
    scenes,
  }
}

const templateVersion = async (trx: Transaction<ScenariosDb>, { template_id, owner_id }: StoreTarget) =>
  template_id === undefined ? undefined : (await findTemplate(trx, template_id, owner_id))?.version

const contentOfDraft = (draft: ScriptDraft) => {
  const { is_demo: _, scenes, tone, must_include: __, must_avoid: ___, ...texts } = draft
  return {
    ...texts,
    tone: [...tone],
    disclosure: disclosureOf(draft.kind, draft.language),
    scenes: withIds(withDisclosure(scenes, draft.kind, draft.language), uuidv7),
  }
}

/** What the checks look for. An order that is silent about it leaves what an earlier one asked. */
const requirementsOf = ({ must_include, must_avoid }: ScriptDraft) => ({
  ...(must_include && { must_include: [...must_include] }),
  ...(must_avoid && { must_avoid: [...must_avoid] }),
})

/** A new scenario of its owner. */
export async function storeNew(
  trx: Transaction<ScenariosDb>,
  target: StoreTarget,
  draft: ScriptDraft,
): Promise<ScenarioRow> {
  const version = await templateVersion(trx, target)
  return insertScenario(
    trx,
    {
      id: uuidv7(),
      owner_id: target.owner_id,
      source: 'ai',
      is_demo: draft.is_demo,
      template_id: target.template_id ?? null,
      ...(version !== undefined && { template_version: version }),
      ...requirementsOf(draft),
    },
    { ...contentOfDraft(draft), status: 'draft', tags: [] },
    byAi(target),
  )
}

/** A new version of a scenario; locked scenes stay, at their places. */
export async function storeOver(
  trx: Transaction<ScenariosDb>,
  target: StoreTarget,
  draft: ScriptDraft,
): Promise<ScenarioRow> {
  const base = await baseOf(trx, target)
  const written = contentOfDraft(draft)
  const content = { ...written, status: base.status, tags: base.tags, scenes: withLocked(base.scenes, written.scenes) }
  const version = await templateVersion(trx, target)
  const facts = {
    ...changed(base, draft.is_demo),
    ...requirementsOf(draft),
    ...(target.template_id !== undefined && { template_id: target.template_id }),
    ...(version !== undefined && { template_version: version }),
  }
  return (await storeNextVersion(trx, base, content, byAi(target), facts)) ?? fail('ai.base_version_changed')
}

/** A new version in which one scene is another; all others stay byte for byte. */
export async function storeSceneOver(
  trx: Transaction<ScenariosDb>,
  target: StoreTarget & { readonly scene_id: string },
  scene: DraftScene,
  isDemo: boolean,
): Promise<ScenarioRow> {
  const base = await baseOf(trx, target)
  const scenes = base.scenes.map((before): Scene => {
    if (before.id !== target.scene_id) return before
    if (before.locked) fail('scenario.scene_locked')
    return { ...withIds([scene], uuidv7)[0]!, id: before.id, beat: before.beat }
  })
  const content = { ...contentOf(base), scenes }
  return (
    (await storeNextVersion(trx, base, content, byAi(target), changed(base, isDemo))) ?? fail('ai.base_version_changed')
  )
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
