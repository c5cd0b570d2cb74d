import { spokenSeconds } from '../script/duration.ts'
import { isSpoken } from '../script/script.ts'
import type { Exported } from './format.ts'
import { layout, oneLine } from './layout.ts'

/** Netflix's timed text style guides: characters of a line in Russian and other languages (English 42), two lines. */
const LINE = { ru: 39, other: 42 }
const LINES = 2
/** Seconds that a subtitle stands at least (5/6 s) and at most. */
const SHORTEST = 5 / 6
const LONGEST = 7

/** Words that belong to what follows: a line does not end with them. */
const LEADS_ON =
  /^(?:а|и|но|в|во|на|с|со|к|ко|о|об|у|от|до|по|за|из|не|ни|для|без|при|про|под|над|что|как|the|a|an|of|to|in|on|at|by|for|and|or|but|with|from)$/iu

interface Cue {
  readonly start_s: number
  readonly end_s: number
  readonly lines: readonly string[]
}

/** Text in lines of at most `width`, broken after punctuation or before a preposition where one is near; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const words = text.split(' ').flatMap((word) => {
    if (word.length <= width) return word
    const letters = [...word]
    return letters.flatMap((_, i) => (i % width === 0 ? [letters.slice(i, i + width).join('')] : []))
  })
  const length = (s: string) => [...s].length
  const made: string[] = []
  let line: string[] = []
  for (const word of words) {
    if (line.length > 0 && length(`${line.join(' ')} ${word}`) > width) {
      const carried: string[] = []
      while (line.length > 1 && LEADS_ON.test(line.at(-1)!)) carried.unshift(line.pop()!)
      made.push(line.join(' '))
      line = length([...carried, word].join(' ')) > width ? [word] : [...carried, word]
      if (line.length === 1 && carried.length > 0) made.push(carried.join(' '))
    } else line.push(word)
  }
  if (line.length > 0) made.push(line.join(' '))
  return made
}

/** Sentences, so that a subtitle rarely begins in the middle of one. */
const sentences = (text: string): string[] => text.split(/(?<=[.!?…][»"”)]{0,3})\s+/u).filter(Boolean)

/** The blocks of at most two lines that one spoken text is shown in. */
function blocks(text: string, width: number): string[][] {
  const made: string[][] = []
  for (const sentence of sentences(text)) {
    const lines = wrap(sentence, width)
    const last = made.at(-1)
    const joined = last && last.length + lines.length <= LINES
    if (joined) last.push(...lines)
    else for (let i = 0; i < lines.length; i += LINES) made.push(lines.slice(i, i + LINES))
  }
  return made
}

/** Spoken words with the times of the estimate, never overlapping. */
function cues(doc: Exported): Cue[] {
  const width = doc.language.toLowerCase().startsWith('ru') ? LINE.ru : LINE.other
  const made: Cue[] = []
  const seconds = (text: string) => spokenSeconds(text, { language: doc.language })
  for (const { row, start_s, end_s } of layout(doc).scenes.flatMap((s) => s.rows)) {
    const shown = row.audio.filter(isSpoken).flatMap((a) => blocks(oneLine(a.text), width))
    const lengths = shown.map((lines) => seconds(lines.join(' ')))
    const scale = (end_s - start_s) / (lengths.reduce((a, b) => a + b, 0) || 1)
    let at = start_s
    for (const [i, lines] of shown.entries()) {
      const until = at + lengths[i]! * scale
      made.push({ start_s: at, end_s: Math.min(until, at + LONGEST), lines })
      at = until
    }
  }
  // A short one may stand longer while nothing follows.
  return made.map((cue, i) => {
    const limit = made[i + 1]?.start_s ?? Infinity
    return { ...cue, end_s: Math.min(Math.max(cue.end_s, cue.start_s + SHORTEST), limit) }
  })
}

function stamp(seconds: number, mark: ',' | '.'): string {
  const ms = Math.round(seconds * 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const whole = Math.floor(ms / 1000)
  return `${two(Math.floor(whole / 3_600))}:${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`
}

/** SubRip. */
export const toSrt = (doc: Exported): string =>
  cues(doc)
    .map(
      ({ start_s, end_s, lines }, i) =>
        `${i + 1}\n${stamp(start_s, ',')} --> ${stamp(end_s, ',')}\n${lines.join('\n').replaceAll('-->', '→')}\n`,
    )
    .join('\n')

/** WebVTT. */
export const toVtt = (doc: Exported): string =>
  [
    `WEBVTT\n`,
    ...(doc.is_demo ? [`NOTE ${layout(doc).labels.demo}\n`] : []),
    ...cues(doc).map(({ start_s, end_s, lines }, i) => {
      const text = lines.join('\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      return `${i + 1}\n${stamp(start_s, '.')} --> ${stamp(end_s, '.')}\n${text}\n`
    }),
  ].join('\n')
