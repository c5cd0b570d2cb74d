import { spokenPieces } from '../script/remarks.ts'
import { SECONDS_PER_CHARACTER, spokenSeconds } from '../script/duration.ts'
import { isSpoken } from '../script/script.ts'
import type { Exported } from './format.ts'
import { layout, oneLine, type LaidRow } from './layout.ts'
import { DASH, graphemes, lengthOf, limitsOf } from './reading-limits.ts'
import { endsSentence } from './sentences.ts'

/** A word with when it is said, in seconds. */
export interface Word {
  readonly text: string
  readonly start_s: number
  readonly end_s: number
  /** It goes on from the word before without a space: a part of one that is longer than a line. */
  readonly joined: boolean
  /** It begins what somebody else says. */
  readonly turn: boolean
  /** It begins a scene. */
  readonly scene: boolean
  readonly sentenceEnd: boolean
}

/** A word in parts of at most `max` characters, never cut inside one. */
function parts(word: string, max: number): string[] {
  if (lengthOf(word) <= max) return [word]
  const all = Array.from(graphemes.segment(word), ({ segment }) => segment)
  return all.flatMap((_, i) => (i % max === 0 ? [all.slice(i, i + max).join('')] : []))
}

/** Seconds that a word and the space behind it take; words come again and again, and reading one costs dozens of patterns. */
function weigher(language: string): (word: string) => number {
  const known = new Map<string, number>()
  return (word) => {
    const seconds = known.get(word) ?? spokenSeconds(word, { language }) + SECONDS_PER_CHARACTER
    known.set(word, seconds)
    return seconds
  }
}

/** The words of a row with their times: each as long as reading it takes, pauses left out, all within the row. */
function rowWords(
  { row, start_s, speech_s }: LaidRow,
  max: number,
  weigh: (text: string) => number,
): Omit<Word, 'scene'>[] {
  const spoken = row.audio.filter(isSpoken).flatMap((audio) => {
    const pieces = spokenPieces(oneLine(audio.text))
    return pieces.map((piece, i) => ({ piece, speaker: audio.speaker, first: i === 0, last: i === pieces.length - 1 }))
  })
  const pauses = spoken.reduce((sum, { piece }) => sum + (piece.kind === 'pause' ? piece.seconds : 0), 0)
  const texts = spoken.map(({ piece }) =>
    piece.kind === 'speech'
      ? piece.text
          .split(' ')
          .filter(Boolean)
          .flatMap((word) => parts(word, max))
      : [],
  )
  const weights = texts.map((words) => words.map(weigh))
  const total = weights.flat().reduce((a, b) => a + b, 0)
  const scale = Math.max(0, (speech_s ?? 0) - pauses) / (total || 1)
  let at = start_s
  let speaker: string | undefined
  return spoken.flatMap(({ piece, speaker: says }, k) => {
    if (piece.kind === 'pause') at += piece.seconds
    if (piece.kind !== 'speech') return []
    const starts = piece.text
      .split(' ')
      .filter(Boolean)
      .flatMap((word) => parts(word, max).map((_, i) => i > 0))
    return texts[k]!.map((text, i) => {
      const from = at
      at += weights[k]![i]! * scale
      const turn = speaker !== undefined && speaker !== says
      speaker = says
      const next = texts[k]![i + 1]
      const sentenceEnd = next === undefined || endsSentence(text, next)
      return { text, start_s: from, end_s: at, joined: starts[i]!, turn, sentenceEnd }
    })
  })
}

/** Every word that is said, in order, with its times. */
export function spokenWordsOf(doc: Exported): Word[] {
  const max = limitsOf(doc.language).line - DASH.length
  const weigh = weigher(doc.language)
  let before: string | undefined
  return layout(doc).scenes.flatMap(({ rows }) => {
    const words = rows.flatMap((laid) => {
      const made = rowWords(laid, max, weigh)
      const [first, ...rest] = made
      const speakers = laid.row.audio.filter((a) => isSpoken(a) && oneLine(a.text) !== '').map((a) => a.speaker)
      const turn = before !== undefined && speakers[0] !== undefined && before !== speakers[0]
      before = speakers.at(-1) ?? before
      return first ? [{ ...first, turn }, ...rest] : []
    })
    return words.map((word, i) => ({ ...word, scene: i === 0 }))
  })
}
