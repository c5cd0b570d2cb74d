import { charactersOf, READING_MS } from './times.ts'
import { rowsOf, type Scenes } from './script.ts'

/** Paces that are believed, milliseconds a character, as the API believes them. */
const [FASTEST, SLOWEST] = [30, 200]
const believed = (msPerCharacter: number): number => Math.min(SLOWEST, Math.max(FASTEST, msPerCharacter))

/** A text that goes by as fast as somebody reads it aloud. */
export interface Reading {
  readonly characters: number
  readonly msPerCharacter: number
}

/** What is spoken, a paragraph each. */
export const spokenLines = (scenes: Scenes): string[] =>
  rowsOf(scenes)
    .flatMap(({ audio }) => audio)
    .filter(({ type, text }) => (type === 'vo' || type === 'dialog') && text.trim() !== '')
    .map(({ text }) => text)

export const readingOf = (lines: readonly string[], msPerCharacter = READING_MS): Reading => ({
  characters: lines.reduce((sum, line) => sum + charactersOf(line), 0),
  msPerCharacter,
})

/** @param by 1.05: five in a hundred faster */
export const faster = (reading: Reading, by: number): Reading => ({
  ...reading,
  msPerCharacter: believed(reading.msPerCharacter / by),
})
/** The pace of somebody who has read a paragraph aloud in this time. */
export const measured = (reading: Reading, paragraph: string, ms: number): Reading => ({
  ...reading,
  msPerCharacter: believed(ms / Math.max(1, charactersOf(paragraph))),
})

/** The share of the text that goes by in a time, milliseconds. */
export const shareIn = ({ characters, msPerCharacter }: Reading, ms: number): number =>
  characters === 0 ? 1 : ms / (characters * msPerCharacter)

/** Seconds until the end, from a share that has gone by. */
export const secondsLeft = ({ characters, msPerCharacter }: Reading, gone: number): number =>
  (Math.max(0, 1 - gone) * characters * msPerCharacter) / 1000

export const charactersAMinute = ({ msPerCharacter }: Reading): number => Math.round(60_000 / msPerCharacter)
