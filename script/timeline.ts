import { estimateRow, type Reading } from './duration.ts'
import type { Row, Scene } from './script.ts'

/** A row with when it is seen, in seconds from the beginning. */
export interface TimedRow {
  readonly scene: Scene
  readonly row: Row
  readonly start_s: number
  readonly end_s: number
}

/** Every row in order with its times: derived, never written by anybody. */
export function timeline(scenes: readonly Scene[], reading: Reading): TimedRow[] {
  let at = 0
  return scenes.flatMap((scene) =>
    scene.rows.map((row) => {
      const start_s = at
      at += estimateRow(row, reading)
      return { scene, row, start_s, end_s: at }
    }),
  )
}
