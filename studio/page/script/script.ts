import type { Scenario, ScenarioBody } from '../../../client/index.ts'

export type Script = Scenario
export type Scenes = Script['scenes']
export type Scene = Scenes[number]
export type Row = Scene['rows'][number]
export type Line = Row['audio'][number]

/** A version as it was read, with the tag that a change of it must name. */
export interface Read {
  readonly script: Script
  readonly etag: string
}

/** What a PUT takes: every field that is not sent would become empty. */
export function bodyOf(script: Script): ScenarioBody {
  const { title, description, status, tags, language, platform, kind, tone, audience, target_duration_s } = script
  const { hook, cta, disclosure, scenes } = script
  return {
    ...{ title, description, status, tags, language, platform, kind, tone, audience, target_duration_s },
    ...{ hook, cta, disclosure, scenes },
  }
}

/** Whether the brief has changed since a model wrote this scene from it. */
export const isBehind = ({ written_from }: Scene, { brief_hash }: Script): boolean =>
  written_from !== undefined && written_from !== brief_hash

export const rowsOf = (scenes: Scenes): Row[] => scenes.flatMap(({ rows }) => rows)

/** Whether two values say the same. Both came as JSON, with their fields in one order. */
export const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** A row as one reads it. */
export const asText = ({ visual, audio, on_screen_text }: Omit<Row, 'id'>): string =>
  [visual, ...audio.map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text)), on_screen_text]
    .filter(Boolean)
    .join('\n')
