import type { Alert } from './alert.ts'
import { BURN_ALERTS } from './burn.ts'
import { API_PARTS } from './api.ts'
import { DATABASES } from './databases.ts'
import { MODELS } from './models.ts'
import { PROCESSES } from './processes.ts'
import { QUEUES } from './queues.ts'
import { TEMPORAL } from './temporal.ts'

/** Every alert by the group that its rule stands in. */
export const ALERT_GROUPS: Readonly<Record<string, readonly Alert[]>> = {
  processes: PROCESSES,
  databases: DATABASES,
  temporal: TEMPORAL,
  queues: QUEUES,
  api: API_PARTS,
  models: MODELS,
  objectives: BURN_ALERTS,
}

export const ALERTS: readonly Alert[] = Object.values(ALERT_GROUPS).flat()

/** The page that says what to do. */
export const runbookOf = ({ name, runbook }: Alert): string => `docs/runbooks.md#${runbook ?? name.toLowerCase()}`
