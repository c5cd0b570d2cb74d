import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import {
  clearDeleted,
  findDeleted,
  insertScenario,
  lockScenario,
  markDeleted,
  storeNextVersion,
} from '../db/scenarios/scenarios.ts'
import type { ScenarioRow, ScenariosDb } from '../db/scenarios/schema.ts'
import { findVersion } from '../db/scenarios/versions.ts'
import { fail } from '../errors/errors.ts'
import { appendEvent } from '../events/outbox.ts'
import { withAuthorsFacts } from '../script/claims/known.ts'
import type { ScenarioContent } from '../script/fields.ts'
import { openWith } from '../script/hooks.ts'

type Trx = Transaction<ScenariosDb>

/** Who acts, and in which request; a request of the API is one. What the person may do was decided before. */
export interface Actor {
  readonly user: { readonly id: string }
  readonly requestId: string
}

const byHand = ({ user }: Actor) =>
  ({ author_id: user.id, origin: 'human', message: null, operation_id: null }) as const

type ScenarioEvent = 'scenario_created' | 'scenario_updated' | 'scenario_deleted' | 'scenario_restored'

/** Tells of a scenario that was written or deleted. */
export const publishScenario = (
  trx: Trx,
  type: ScenarioEvent,
  { id, owner_id, version }: ScenarioRow,
  requestId: string,
) => appendEvent(trx, type, { scenario_id: id, owner_id, version }, requestId)

/** A new scenario of the actor's. */
export async function createScenario(
  trx: Trx,
  actor: Actor,
  facts: Pick<ScenarioRow, 'source' | 'is_demo' | 'reading_ms_per_char'>,
  content: ScenarioContent,
): Promise<ScenarioRow> {
  const owned = { id: uuidv7(), owner_id: actor.user.id, template_id: null, ...facts }
  const row = await insertScenario(trx, owned, content, byHand(actor))
  await publishScenario(trx, 'scenario_created', row, actor.requestId)
  return row
}

/** The scenes that open with the hook that was chosen from those of the script; another hook is the author's own matter. */
const withChosenHook = (base: ScenarioRow, { hook, scenes }: ScenarioContent): ScenarioContent['scenes'] =>
  hook !== base.hook && base.hook_variants.some(({ text }) => text === hook)
    ? openWith(scenes, hook, base.hook)
    : scenes

/**
 * The next version, by a person. What a model wrote is of both then.
 * @param base what it is written over
 * @param pace of the owner, milliseconds a character; null: the usual one
 * @returns undefined when the scenario has moved on from `base`
 */
export async function changeScenario(
  trx: Trx,
  actor: Actor,
  base: ScenarioRow,
  content: ScenarioContent,
  pace: number | null,
): Promise<ScenarioRow | undefined> {
  const source = base.source === 'ai' ? 'mixed' : base.source
  const scenes = withChosenHook(base, content)
  const order_facts = withAuthorsFacts(base.order_facts, base.scenes, scenes)
  const facts = { source, order_facts, reading_ms_per_char: pace } as const
  const next = await storeNextVersion(trx, base, { ...content, scenes }, byHand(actor), facts)
  if (next) await publishScenario(trx, 'scenario_updated', next, actor.requestId)
  return next
}

/** Brings back the content of an earlier version, as a new one. @throws AppError scenario.version_not_found, scenario.not_found */
export async function restoreVersion(trx: Trx, actor: Actor, scenarioId: string, n: number): Promise<ScenarioRow> {
  const then = (await findVersion(trx, scenarioId, n)) ?? fail('scenario.version_not_found')
  // Nobody names a version to restore over, so others who write right now are waited for, not lost to.
  const row = (await lockScenario(trx, scenarioId)) ?? fail('scenario.not_found')
  const version = { ...byHand(actor), origin: 'restore', restored_from: then.n } as const
  const next = (await storeNextVersion(trx, row, then.content, version)) ?? fail('scenario.not_found')
  await publishScenario(trx, 'scenario_updated', next, actor.requestId)
  return next
}

/** Deletes a scenario, only if it still is what `row` says. Returns whether it did. */
export async function deleteScenario(trx: Trx, actor: Actor, row: ScenarioRow): Promise<boolean> {
  const deleted = await markDeleted(trx, row.id, row.version)
  if (deleted) await publishScenario(trx, 'scenario_deleted', row, actor.requestId)
  return deleted
}

/**
 * Brings back a deleted scenario of the actor's while that is possible, with an event: who forgot it on its deletion hears of it again.
 * @returns undefined when there is no such deleted scenario
 */
export async function restoreScenario(trx: Trx, actor: Actor, id: string): Promise<ScenarioRow | undefined> {
  const deleted = await findDeleted(trx, id, actor.user.id)
  if (!deleted) return undefined
  const restored = (await clearDeleted(trx, deleted.id)) ?? fail('scenario.not_found')
  await publishScenario(trx, 'scenario_restored', restored, actor.requestId)
  return restored
}
