import { runChecks } from './checks/index.ts'
import type { Check, Checked } from './checks/check.ts'
import type { Scene } from './script.ts'
import { timeline } from './timeline.ts'

/** Raised with every change of the rules below (duration, checks): what older rules derived is then derived anew on reading. */
export const DERIVED_BY = 2

export interface Derived {
  /** Seconds, to a tenth. */
  readonly est_duration_s: number
  readonly checks: Check[]
}

type Facts = Pick<Checked, 'target_duration_s' | 'language' | 'kind' | 'platform' | 'cta'> & {
  readonly scenes: readonly Scene[]
}

/** What code alone says about a script: never taken from a client or a model. */
export function derive(content: Facts, requirements: Pick<Checked, 'must_include' | 'must_avoid'>): Derived {
  const rows = timeline(content.scenes, { language: content.language })
  const total_s = rows.at(-1)?.end_s ?? 0
  const { target_duration_s, language, kind, platform, cta } = content
  return {
    est_duration_s: Math.round(total_s * 10) / 10,
    checks: runChecks({ rows, total_s, target_duration_s, language, kind, platform, cta, ...requirements }),
  }
}
