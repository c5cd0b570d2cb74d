import { rowsOf, type Row, type Scenes } from './script.ts'

/** Milliseconds for one character read aloud, until a person has a pace of their own (IReST 2012, as the API reckons). */
export const READING_MS = 68
/** Seconds between two speakers in one row. */
const SPEAKER_CHANGE = 0.3

export const charactersOf = (text: string): number => [...text.replace(/\s+/g, ' ').trim()].length

/**
 * Seconds of what is spoken in a row; null when nobody speaks. While somebody types only: the API, which reads numbers and remarks as they
 * are said, has the last word when it is saved.
 */
function spokenIn({ audio }: Row, msPerCharacter = READING_MS): number | null {
  const said = audio.filter(({ type, text }) => (type === 'vo' || type === 'dialog') && text.trim() !== '')
  if (said.length === 0) return null
  const changes = said.filter(({ speaker }, i) => i > 0 && speaker !== said[i - 1]?.speaker).length
  const characters = said.reduce((sum, { text }) => sum + charactersOf(text), 0)
  return (characters * msPerCharacter) / 1000 + changes * SPEAKER_CHANGE
}

/** Seconds by the ids of rows: as long as the words or as planned; what is planned beside words fills the ordered length at most. */
export function rowTimes(scenes: Scenes, target = Infinity, msPerCharacter = READING_MS): Map<string, number> {
  const rows = rowsOf(scenes).map((row) => {
    const spoken = spokenIn(row, msPerCharacter)
    const least = spoken ?? row.duration_s
    return { id: row.id, least, air: spoken === null ? 0 : Math.max(0, row.duration_s - spoken) }
  })
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0)
  const air = sum((row) => row.air)
  const believed = air === 0 ? 0 : Math.min(1, Math.max(0, target - sum((row) => row.least)) / air)
  return new Map(rows.map((row) => [row.id, row.least + row.air * believed]))
}

export const timeOf = (rows: readonly Row[], times: ReadonlyMap<string, number>): number =>
  rows.reduce((sum, { id }) => sum + (times.get(id) ?? 0), 0)
