import type { Exported } from './format.ts'
import { layout } from './layout.ts'
import { DASH, lengthOf, limitsOf, type Limits } from './reading-limits.ts'
import { isShortened } from './sentences.ts'
import { spokenWordsOf, type Word } from './timed-words.ts'

/** Seconds that a subtitle stands at least (5/6 s) and at most. Netflix's timed text style guide. */
const MIN_S = 5 / 6
const MAX_S = 7
/** Seconds of silence over which a subtitle does not stand. */
const MAX_GAP_S = 1.5
/** Characters below which a word is no subtitle of its own. */
const ORPHAN = 8
/** Characters below which the end of a sentence is none either. */
const TAIL = 20
/** Words of a subtitle at most: more than two lines hold. */
const MAX_WORDS = 40

/** Words that belong to what follows: a line does not end with them. */
const LEADS_ON =
  /^(?:а|и|но|в|во|на|с|со|к|ко|о|об|у|от|до|по|за|из|не|ни|для|без|при|про|под|над|что|как|the|a|an|of|to|in|on|at|by|for|and|or|but|with|from)$/iu

/**
 * What a way to cut the words into subtitles costs: the cheapest one is taken. Ours, by looking at what it makes: a subtitle that is too
 * short costs more than any other fault, a break after a sentence nothing.
 */
const COST = {
  cue: 3,
  clause: 2,
  word: 7,
  leadsOn: 14,
  insideWord: 12,
  bound: 30,
  orphan: 9,
  scene: 25,
  turn: 10,
  tooShort: 120,
  tooFast: 60,
}

interface Cue {
  readonly start_s: number
  readonly end_s: number
  readonly lines: readonly string[]
}

const textOf = (words: readonly Word[]): string =>
  words.reduce((text, word, i) => text + (i > 0 && !word.joined ? ' ' : '') + word.text, '')

/** What is read together: «1 990 ₽», «д. 5», «№ 7», «А. Пушкин», "5 p.m.". */
const isBound = (word: string, next: string): boolean =>
  (/\d$/u.test(word) && /^(?:\d{3}(?!\d)|[₽$€%°]|\p{L})/u.test(next)) ||
  /^[№#§]$/u.test(word) ||
  (word.endsWith('.') && isShortened(word))

/** What it costs to end a line or a subtitle after a word. */
function breakCost(word: Word, next: Word | undefined): number {
  if (next?.joined) return COST.insideWord
  if (next && isBound(word.text, next.text)) return COST.bound
  if (word.sentenceEnd || next?.turn) return 0
  if (/[,;:—–]$/u.test(word.text)) return COST.clause
  return LEADS_ON.test(word.text) ? COST.leadsOn : COST.word
}

/** Words with what is asked of them again and again. */
interface Measured {
  readonly words: readonly Word[]
  /** What it costs to break after each. */
  readonly breaks: readonly number[]
  /** Characters from word `from` to before word `to` on one line. */
  readonly length: (from: number, to: number) => number
  /** How many of these words, but the first, begin a turn. */
  readonly turns: (from: number, to: number) => number
}

function measured(words: readonly Word[]): Measured {
  const characters = [0]
  const turned = [0]
  for (const [i, { text, joined, turn }] of words.entries()) {
    characters.push(characters[i]! + lengthOf(text) + (joined ? 0 : 1))
    turned.push(turned[i]! + (turn ? 1 : 0))
  }
  return {
    words,
    breaks: words.map((word, i) => breakCost(word, words[i + 1])),
    length: (from, to) => characters[to]! - characters[from]! - (words[from]!.joined ? 0 : 1),
    turns: (from, to) => turned[to]! - turned[from + 1]!,
  }
}

/** Where the second line of a subtitle begins: its end when one line is enough, undefined where two do not hold it. */
function secondLine(
  { words, breaks, length, turns }: Measured,
  from: number,
  to: number,
  max: number,
): number | undefined {
  const changes = turns(from, to)
  if (changes > 1) return undefined
  if (changes === 1) {
    // Two speakers have a line each.
    let at = from + 1
    while (!words[at]!.turn) at++
    const longest = Math.max(length(from, at), length(at, to)) + DASH.length
    return longest <= max ? at : undefined
  }
  const whole = length(from, to)
  if (whole <= max) return to
  if (whole > 2 * max + 1) return undefined
  let best: number | undefined
  let least = Infinity
  for (let at = from + 1; at < to; at++) {
    const above = length(from, at)
    const below = length(at, to)
    if (above > max || below > max) continue
    const cost = breaks[at - 1]! + Math.abs(above - below) / 4
    if (cost < least) [best, least] = [at, cost]
  }
  return best
}

/** A line of one of two speakers; words that begin with a dash have it already. */
const dashed = (line: string): string => (/^[-–—]\s/u.test(line) ? line : DASH + line)

/** The words in subtitles, at the least cost (dynamic programming over the words). */
function cut(all: readonly Word[], limits: Limits): Cue[] {
  const text = measured(all)
  const best: { cost: number; from: number; second: number }[] = [{ cost: 0, from: 0, second: 0 }]
  for (let end = 1; end <= all.length; end++) {
    const next = all[end]
    let found: (typeof best)[number] = { cost: Infinity, from: end - 1, second: end }
    let joins = 0
    for (let from = end - 1; from >= 0 && end - from <= MAX_WORDS; from--) {
      const first = all[from]!
      const after = all[from + 1]
      if (from < end - 1 && after) {
        if (after.start_s - first.end_s > MAX_GAP_S) break
        joins += after.scene ? COST.scene : after.turn ? COST.turn : 0
      }
      const second = secondLine(text, from, end, limits.line)
      if (second === undefined) {
        if (text.length(from, end) > 2 * limits.line + 1) break
        continue
      }
      const until = Math.max(all[end - 1]!.end_s, Math.min(first.start_s + MIN_S, next?.start_s ?? Infinity))
      const seconds = until - first.start_s
      if (seconds > MAX_S && end - from > 1) break
      const shown = text.length(from, end)
      const isTail = shown < TAIL && from > 0 && !all[from - 1]!.sentenceEnd
      const isOrphan = isTail || (end - from === 1 && shown < ORPHAN)
      const cost =
        best[from]!.cost +
        COST.cue +
        joins +
        text.breaks[end - 1]! +
        (isOrphan ? COST.orphan : 0) +
        (seconds < MIN_S - 1e-6 ? COST.tooShort : 0) +
        (shown / seconds > limits.perSecond ? COST.tooFast : 0)
      if (cost < found.cost) found = { cost, from, second }
    }
    best[end] = found
  }
  const made: Cue[] = []
  for (let end = all.length; end > 0; end = best[end]!.from) {
    const { from, second } = best[end]!
    const lines = [all.slice(from, second), all.slice(second, end)].filter((line) => line.length > 0).map(textOf)
    const two = text.turns(from, end) > 0
    made.push({
      start_s: all[from]!.start_s,
      end_s: all[end - 1]!.end_s,
      lines: two ? lines.map(dashed) : lines,
    })
  }
  return made.reverse()
}

/**
 * Subtitles of what is said, in order and never overlapping: one or two lines, at least 5/6 s each, no more characters a second than
 * people read. Where the speech is quicker than that, what follows begins a little later, and catches up in the next silence.
 */
export function cuesOf(doc: Exported): Cue[] {
  const limits = limitsOf(doc.language)
  const cues = cut(spokenWordsOf(doc), limits)
  let free = 0
  return cues.map(({ start_s, end_s, lines }, i) => {
    const start = Math.max(start_s, free)
    const needed = Math.max(MIN_S, lengthOf(lines.join(' ')) / limits.perSecond)
    const next = cues[i + 1]?.start_s ?? Infinity
    const end = Math.max(Math.min(end_s, Math.max(next, start)), start + needed)
    free = Math.min(end, start + MAX_S)
    return { start_s: start, end_s: free, lines }
  })
}

function stamp(ms: number, mark: ',' | '.'): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const whole = Math.floor(ms / 1000)
  return `${two(Math.floor(whole / 3_600))}:${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`
}

/** Times to the millisecond, a length never rounded below what it must be. */
const times = ({ start_s, end_s }: Cue, mark: ',' | '.'): string =>
  `${stamp(Math.ceil(start_s * 1000 - 1e-6), mark)} --> ${stamp(Math.ceil(end_s * 1000 - 1e-6), mark)}`

const JOINER = '\u2060'
/**
 * SubRip has no escapes, and players read tags, overrides in braces and backslashes as libass does. A joiner that nobody sees takes the
 * meaning from < and \; within braces a player hides everything, so they are written as round brackets.
 */
const srtText = (line: string): string =>
  line
    .replace(/<(?=\S)/g, `<${JOINER}`)
    .replace(/\\(?=\S)/g, `\\${JOINER}`)
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .replaceAll('-->', `--${JOINER}>`)

/** SubRip. */
export const toSrt = (doc: Exported): string =>
  cuesOf(doc)
    .map((cue, i) => `${i + 1}\n${times(cue, ',')}\n${cue.lines.map(srtText).join('\n')}\n`)
    .join('\n')

const vttText = (line: string): string => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** WebVTT. */
export const toVtt = (doc: Exported): string =>
  [
    `WEBVTT\n`,
    ...(doc.is_demo ? [`NOTE ${layout(doc).labels.demo}\n`] : []),
    ...cuesOf(doc).map((cue, i) => `${i + 1}\n${times(cue, '.')}\n${cue.lines.map(vttText).join('\n')}\n`),
  ].join('\n')
