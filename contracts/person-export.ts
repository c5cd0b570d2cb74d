import type { Attempt } from './attempt.ts'

/** Collects everything that is stored on a person into an archive for that person. */
export const EXPORT = 'personExport'

/** The data itself goes from each service to `auth` directly: none of it stands in a history. */
export interface ExportInput extends Attempt {
  readonly account_id: string
  readonly request_id: string
}

export const EXPORT_STAGES = { collecting: 0.1 } as const
