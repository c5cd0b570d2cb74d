import type { Kysely } from 'kysely'
import type { HealthChanged } from '../llm/chain.ts'
import type { InternalClient } from '../internal/client.ts'
import { claimTelling, setHealth } from '../db/ai/health.ts'
import type { AiDb } from '../db/ai/schema.ts'
import { appendEvent } from '../events/outbox.ts'
import type { Logger } from '../telemetry/logger.ts'

/**
 * What is done when a provider stops to work or works again: the log says so, clients see it, and admins are told once for each time,
 * since an exhausted quota or a wrong key does not mend by itself. If they cannot be asked for now, the next failure tells them.
 */
export function keepProviderHealth(deps: {
  db: Kysely<AiDb>
  internal: Pick<InternalClient, 'admins'>
  logger: Logger
}): HealthChanged {
  const { db, internal, logger } = deps

  const keep: (...change: Parameters<HealthChanged>) => Promise<void> = async (provider, healthy, reason) => {
    if (!(await setHealth(db, provider, healthy, reason))) return
    const admins = await internal.admins()
    await db.transaction().execute(async (trx) => {
      if (!(await claimTelling(trx, provider))) return
      for (const user_id of admins)
        await appendEvent(trx, 'provider_failed', { user_id, provider, reason: reason ?? 'connection' })
    })
  }
  return (provider, healthy, reason) => {
    if (healthy) logger.info({ provider }, 'the provider works')
    else logger.error({ provider, reason }, 'the provider does not work')
    keep(provider, healthy, reason).catch((error: unknown) =>
      logger.warn({ err: error, provider }, 'health not kept, or nobody told of it'),
    )
  }
}
