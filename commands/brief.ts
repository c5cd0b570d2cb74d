import { createHash } from 'node:crypto'
import type { BaseScript, Scene } from '../script/script.ts'

/** What a writer of scenes is told of the whole, and an author may change afterwards. */
const TOLD = [
  ...(['language', 'kind', 'platform', 'tone', 'audience', 'target_duration_s', 'cta'] as const),
  ...(['must_include', 'must_avoid'] as const),
]
export type Brief = Pick<BaseScript, (typeof TOLD)[number]>

/** Names what scenes are written from: the same brief, the same 16 hexadecimal digits. */
export const briefHash = (brief: Brief): string =>
  createHash('sha256')
    .update(JSON.stringify(TOLD.map((name) => brief[name])))
    .digest('hex')
    .slice(0, 16)

/** Scenes that were just written from this brief. */
export const writtenFrom = (scenes: readonly Scene[], brief: Brief): Scene[] => {
  const written_from = briefHash(brief)
  return scenes.map((scene) => ({ ...scene, written_from }))
}
