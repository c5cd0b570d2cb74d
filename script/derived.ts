import { checksInPieces } from './checks/index.ts'
import type { Check, Checked } from './checks/check.ts'
import type { Scene } from './script.ts'
import { toEnd } from './pieces.ts'
import { timelineInPieces } from './timeline.ts'

/** Raised with every change of the rules below (duration, checks): what older rules derived is then derived anew on reading. */
export const DERIVED_BY = 4

export interface Derived {
  /** Seconds, to a tenth. */
  readonly est_duration_s: number
  readonly checks: Check[]
}

type Facts = Pick<Checked, 'target_duration_s' | 'language' | 'kind' | 'platform' | 'cta'> & {
  readonly disclosure?: string | null
  readonly scenes: readonly Scene[]
}

/** What was asked of a script, as its row keeps it. `order_facts` is absent in rows that no order made. */
export type Asked = Pick<Checked, 'must_include' | 'must_avoid'> & {
  readonly order_facts?: readonly string[] | null | undefined
  readonly reading_ms_per_char?: number | null | undefined
}

/** What code alone says about a script: never taken from a client or a model. */
export const derive = (content: Facts, asked: Asked): Derived => toEnd(derivation(content, asked))

/** The same in pieces, between which others may have the thread: a script of two thousand rows takes 150 ms in all. */
export function* derivation(content: Facts, asked: Asked): Generator<void, Derived> {
  const { must_include, must_avoid, order_facts = null, reading_ms_per_char } = asked
  const { target_duration_s, language, kind, platform, cta, disclosure = null } = content
  const rows = yield* timelineInPieces(content.scenes, { language, target_duration_s, reading_ms_per_char })
  const total_s = rows.at(-1)?.end_s ?? 0
  return {
    est_duration_s: Math.round(total_s * 10) / 10,
    checks: yield* checksInPieces({
      ...{ rows, total_s, target_duration_s, language, kind, platform, cta, disclosure },
      ...{ must_include, must_avoid, order_facts, reading_ms_per_char },
    }),
  }
}
