import { rowSeconds, speechSeconds, type Timing } from './duration.ts'
import { toEnd } from './pieces.ts'
import type { Row, Scene } from './script.ts'

/** Rows. */
const PIECE = 200

/** A row with when it is seen, in seconds from the beginning. */
export interface TimedRow {
  readonly scene: Scene
  readonly row: Row
  readonly start_s: number
  readonly end_s: number
}

/** Every row in order with its times: derived, never written by anybody. */
export const timeline = (scenes: readonly Scene[], timing: Timing): TimedRow[] =>
  toEnd(timelineInPieces(scenes, timing))

/** The same in pieces of some milliseconds: two thousand rows take sixty. */
export function* timelineInPieces(scenes: readonly Scene[], timing: Timing): Generator<void, TimedRow[]> {
  const rows = scenes.flatMap((scene) => scene.rows)
  const speech: (number | null)[] = []
  for (const row of rows) {
    speech.push(speechSeconds(row, timing))
    if (speech.length % PIECE === 0) yield
  }
  const lengths = rowSeconds(rows, timing, speech)
  let at = 0
  let n = 0
  return scenes.flatMap((scene) =>
    scene.rows.map((row) => {
      const start_s = at
      at += lengths[n++]!
      return { scene, row, start_s, end_s: at }
    }),
  )
}
