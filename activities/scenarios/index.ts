import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { violatedUnique } from '../../db/connection.ts'
import { insertScenario } from '../../db/scenarios/scenarios.ts'
import { findVersionOfOperation } from '../../db/scenarios/versions.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'
import { appendEvent } from '../../events/outbox.ts'
import { withIds } from '../../script/draft.ts'
import type { ScriptDraft } from '../../script/script.ts'
import type { GenerationResult } from '../../workflows/generation.contract.ts'
import { withFailures } from '../failures.ts'

export interface StoreVersionStep {
  readonly operation_id: string
  readonly owner_id: string
  readonly request_id: string
  readonly draft: ScriptDraft
}

export type ScenariosActivities = ReturnType<typeof createScenariosActivities>

export function createScenariosActivities({ db }: { db: Kysely<ScenariosDb> }) {
  const stored = async (operationId: string): Promise<GenerationResult | undefined> => {
    const version = await findVersionOfOperation(db, operationId)
    return version && { scenario_id: version.scenario_id, version: version.n }
  }
  return withFailures({
    /** Stores a written script as a scenario of its owner. The operation's id is unique among versions: twice gives the first one. */
    storeVersion: async (step: StoreVersionStep): Promise<GenerationResult> => {
      try {
        return await db.transaction().execute(async (trx) => {
          const { is_demo, scenes, tone, ...texts } = step.draft
          const row = await insertScenario(
            trx,
            { id: uuidv7(), owner_id: step.owner_id, source: 'ai', is_demo, template_id: null },
            { ...texts, tone: [...tone], scenes: withIds(scenes, uuidv7), status: 'draft', tags: [], disclosure: null },
            { author_id: step.owner_id, origin: 'ai', message: null, operation_id: step.operation_id },
          )
          await appendEvent(
            trx,
            'scenario_created',
            { scenario_id: row.id, owner_id: row.owner_id, version: row.version },
            step.request_id,
          )
          return { scenario_id: row.id, version: row.version }
        })
      } catch (error) {
        // This step ran before and its answer was lost, or it runs twice right now.
        const first =
          violatedUnique(error) === 'scenario_versions_operation_key' ? await stored(step.operation_id) : undefined
        if (first) return first
        throw error
      }
    },
  })
}
