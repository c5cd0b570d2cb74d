import type { Kysely } from 'kysely'
import { findLearned, keepLearned } from '../db/ai/learned.ts'
import type { AiDb } from '../db/ai/schema.ts'
import type { ProviderMemory } from '../llm/memory.ts'
import type { Logger } from '../telemetry/logger.ts'

/** What is learned about providers, for the workers that start later. Without it they learn anew: no reason to fail. */
export const providerMemory = ({ db, logger }: { db: Kysely<AiDb>; logger: Logger }): ProviderMemory => ({
  recall: (server) =>
    findLearned(db, server).catch((error: unknown) => {
      logger.warn({ err: error }, 'what was learned about a provider is not known')
      return {}
    }),
  keep: (server, learned) =>
    keepLearned(db, server, learned).catch((error: unknown) =>
      logger.warn({ err: error, learned }, 'what was learned about a provider is not kept'),
    ),
})
