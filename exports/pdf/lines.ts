import { createRequire } from 'node:module'
import type { Bidi } from 'bidi-js'
import LineBreaker from 'linebreak'
import { fontRuns, type FontName } from './fonts.ts'

/** How words are drawn. `size` in points. */
export interface Ink {
  readonly size: number
  readonly bold?: boolean
  readonly italics?: boolean
  readonly color?: string
}
export interface Words {
  readonly text: string
  readonly ink: Ink
}
/** A piece of a line that one font draws in one direction. `width` in points. */
interface Run {
  readonly text: string
  readonly font: FontName
  readonly ink: Ink
  readonly rtl: boolean
  readonly width: number
}
/** Runs from left to right as they are seen. */
export interface Line {
  readonly runs: readonly Run[]
  readonly width: number
  readonly size: number
  readonly rtl: boolean
}
/** Points that a text is wide in a font: asked of the font itself. */
export type Measure = (text: string, font: FontName, ink: Ink, rtl: boolean) => number

interface Piece {
  readonly from: number
  readonly to: number
  readonly font: FontName
  readonly ink: Ink
}

// Its types say `export default`, the package itself is one function.
const bidi = (createRequire(import.meta.url)('bidi-js') as () => Bidi)()
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** Scripts without spaces between words, whose words only a dictionary knows. */
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const words = new Intl.Segmenter('th', { granularity: 'word' })
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** «— пьёте»: a dash between words stays at the end of its line, as Russian is set. */
const BEFORE_DASH = /^[—–](?=\s)/u

/** Ends of the pieces of a line that stay together. */
function breaksOf(text: string): number[] {
  const ends: number[] = []
  const breaker = new LineBreaker(text)
  let from = 0
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) {
    if (BEFORE_DASH.test(text.slice(next.position, next.position + 2))) continue
    const piece = text.slice(from, next.position)
    if (UNSPACED.test(piece))
      for (const word of words.segment(piece)) ends.push(from + word.index + word.segment.length)
    else ends.push(next.position)
    from = next.position
  }
  return ends
}

/** Runs from left to right by the levels of UAX 9, rule L2: from the highest level down, what is at least so high is reversed. */
function visual<R extends { readonly level: number }>(runs: readonly R[]): R[] {
  const ordered = [...runs]
  for (let level = Math.max(0, ...runs.map((run) => run.level)); level > 0; level--) {
    for (let i = 0; i < ordered.length; i++) {
      if (ordered[i]!.level < level) continue
      let end = i
      while (end < ordered.length && ordered[end]!.level >= level) end++
      ordered.splice(i, end - i, ...ordered.slice(i, end).toReversed())
      i = end
    }
  }
  return ordered
}

/** What stands in a run of right-to-left letters: brackets are mirrored, and signs without any letter are turned here, as no font does. */
function turned(text: string): string {
  const mirrored = Array.from(text, (char) => bidi.getMirroredCharacter(char) ?? char)
  return (RIGHT_TO_LEFT.test(text) ? mirrored : mirrored.toReversed()).join('')
}

/**
 * A paragraph in lines of at most `width` points: broken where Unicode lets a line end, and inside a piece only where it alone is wider
 * than a line, between characters as people see them.
 */
export function linesOf(paragraph: readonly Words[], width: number, measure: Measure, missing?: Set<string>): Line[] {
  const pieces: Piece[] = []
  let full = ''
  for (const { text, ink } of paragraph)
    for (const run of fontRuns(text.replaceAll('\t', '    '), missing)) {
      pieces.push({ from: full.length, to: full.length + run.text.length, font: run.font, ink })
      full += run.text
    }
  const made: Line[] = []
  const size = Math.max(...paragraph.map(({ ink }) => ink.size))
  const within = (from: number, to: number): Piece[] => {
    let first = 0
    for (let past = pieces.length - 1; first < past;) {
      const middle = (first + past) >> 1
      if (pieces[middle]!.to <= from) first = middle + 1
      else past = middle
    }
    const found: Piece[] = []
    for (let i = first; i < pieces.length && pieces[i]!.from < to; i++) {
      const piece = pieces[i]!
      if (piece.to > from) found.push({ ...piece, from: Math.max(from, piece.from), to: Math.min(to, piece.to) })
    }
    return found
  }
  const widthOf = (from: number, to: number): number =>
    within(from, to).reduce((sum, p) => sum + measure(full.slice(p.from, p.to), p.font, p.ink, false), 0)

  let offset = 0
  for (const hard of full.split('\n')) {
    const levels = RIGHT_TO_LEFT.test(hard) ? bidi.getEmbeddingLevels(hard, 'auto') : undefined
    const rtl = levels !== undefined && levels.paragraphs[0]?.level === 1
    const start = offset
    const push = (from: number, to: number) => {
      const end = from + full.slice(from, to).trimEnd().length
      const runs = within(from, end).flatMap((piece) => byLevel(piece, start, levels?.levels))
      const shown = visual(runs).map(({ level, from: a, to: b, font, ink }): Run => {
        const text = level % 2 === 1 ? turned(full.slice(a, b)) : full.slice(a, b)
        const right = level % 2 === 1
        return { text, font, ink, rtl: right, width: measure(text, font, ink, right) }
      })
      made.push({ runs: shown, width: shown.reduce((sum, run) => sum + run.width, 0), size, rtl })
    }
    let lineFrom = start
    let used = 0
    let from = start
    for (const end of hard === '' ? [] : breaksOf(hard)) {
      const to = start + end
      const whole = widthOf(from, to)
      // Not measured as a word of its own: each word would be shaped twice, with its space and without.
      const bare = whole - widthOf(from + full.slice(from, to).trimEnd().length, to)
      if (used + bare > width && lineFrom < from) {
        push(lineFrom, from)
        lineFrom = from
        used = 0
      }
      if (bare > width)
        for (const { segment, index } of graphemes.segment(full.slice(from, to))) {
          const wide = widthOf(from + index, from + index + segment.length)
          if (used + wide > width && lineFrom < from + index) {
            push(lineFrom, from + index)
            lineFrom = from + index
            used = 0
          }
          used += wide
        }
      else used += whole
      from = to
    }
    push(lineFrom, start + hard.length)
    offset = start + hard.length + 1
  }
  return made
}

/** A piece cut where the direction turns. */
function byLevel(piece: Piece, start: number, levels: Uint8Array | undefined): (Piece & { level: number })[] {
  if (!levels) return [{ ...piece, level: 0 }]
  const cut: (Piece & { level: number })[] = []
  for (let at = piece.from; at < piece.to;) {
    const level = levels[at - start]!
    let end = at + 1
    while (end < piece.to && levels[end - start] === level) end++
    cut.push({ ...piece, from: at, to: end, level })
    at = end
  }
  return cut
}
