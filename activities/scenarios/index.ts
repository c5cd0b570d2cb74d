import type { Kysely, Transaction } from 'kysely'
import { findScenario } from '../../db/scenarios/scenarios.ts'
import { findTemplate } from '../../db/scenarios/templates.ts'
import { inTransaction, type Last } from '../../db/transaction.ts'
import { findVersionOfOperation } from '../../db/scenarios/versions.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'
import { fail } from '../../errors/errors.ts'
import type { DraftScene, GenerationContext, ScriptDraft } from '../../script/script.ts'
import type { GenerationResult } from '../../contracts/generation.ts'
import { withFailures } from '../failures.ts'
import { purgeScenarios } from './purge.ts'
import { storeScene, storeScript, type StoreTarget } from '../../commands/generated-versions.ts'

export type StoreVersionStep = StoreTarget & { readonly draft: ScriptDraft }
export type StoreSceneStep = StoreTarget & {
  readonly scene_id: string
  readonly scene: DraftScene
  readonly is_demo: boolean
}

export type ScenariosActivities = ReturnType<typeof createScenariosActivities>

export function createScenariosActivities({ db }: { db: Kysely<ScenariosDb> }) {
  const stored = async (operationId: string): Promise<GenerationResult | undefined> => {
    const version = await findVersionOfOperation(db, operationId)
    return version && { scenario_id: version.scenario_id, version: version.n }
  }
  /** The operation's id is unique among versions: a second time gives the first one. */
  const once = async (
    step: StoreTarget,
    store: (trx: Transaction<ScenariosDb>, last: Last) => Promise<GenerationResult>,
  ): Promise<GenerationResult> => {
    try {
      return await inTransaction(db, store)
    } catch (error) {
      // It ran before and its answer was lost (the base has moved on by our own hand), or it runs twice right now.
      const first = await stored(step.operation_id).catch(() => undefined)
      if (first) return first
      throw error
    }
  }
  return withFailures({
    purgeScenarios: () => purgeScenarios(db),

    /**
     * What a generation works with beside its order. A template that its owner deleted meanwhile is done without: the order was accepted.
     * @throws AppError ai.base_version_changed
     */
    loadContext: async (step: StoreTarget): Promise<GenerationContext> => {
      const { scenario_id, base_version, template_id, owner_id } = step
      const [template, base] = await Promise.all([
        template_id === undefined ? undefined : findTemplate(db, template_id, owner_id),
        scenario_id === undefined ? undefined : findScenario(db, scenario_id, owner_id),
      ])
      // Already written by this operation: the step that stores will find its version.
      if (scenario_id !== undefined && !(await stored(step.operation_id)) && base?.version !== base_version)
        fail('ai.base_version_changed')
      return { template: template ?? null, base: base ?? null } satisfies GenerationContext
    },

    /** Stores a written script as a scenario of its owner, or as a new version of the one it was asked for. */
    storeVersion: (step: StoreVersionStep): Promise<GenerationResult> =>
      once(step, (trx, last) => storeScript(trx, step, step.draft, last)),

    /** Stores one scene that was written anew. */
    storeScene: (step: StoreSceneStep): Promise<GenerationResult> =>
      once(step, (trx, last) => storeScene(trx, step, step.scene, step.is_demo, last)),
  })
}
