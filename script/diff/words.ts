import { withoutChance } from './readable.ts'
import { commonPlaces } from './runs.ts'

export interface Piece {
  readonly op: 'same' | 'added' | 'removed'
  readonly text: string
}

/** A word or a mark, and the space after it. */
interface Word {
  readonly text: string
  readonly space: string
}

/** By Unicode's rules for words (UAX #29), which are the same for Russian and English; languages without spaces by dictionaries. */
const SEGMENTER = new Intl.Segmenter('ru', { granularity: 'word' })

function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const { segment } of SEGMENTER.segment(text)) {
    const last = words.at(-1)
    if (segment.trim() !== '') words.push({ text: segment, space: '' })
    else if (last) words[words.length - 1] = { text: last.text, space: last.space + segment }
    else words.push({ text: '', space: segment })
  }
  return words
}

/** Each different word as a number. */
function createNumbers(): (words: readonly Word[]) => Int32Array {
  const numbers = new Map<string, number>()
  return (words) =>
    Int32Array.from(words, ({ text }) => {
      const known = numbers.get(text) ?? numbers.size
      numbers.set(text, known)
      return known
    })
}

/**
 * What became of a text, word by word: the `same` and `removed` pieces are the text before, the `same` and `added` ones the text after.
 * Words are compared without the space behind them, so that one more at the end is not also another space.
 */
export function pieces(before: string, after: string): Piece[] {
  if (before === after) return before === '' ? [] : [{ op: 'same', text: before }]
  if (before === '') return [{ op: 'added', text: after }]
  if (after === '') return [{ op: 'removed', text: before }]
  const [was, is] = [wordsOf(before), wordsOf(after)]
  const numbered = createNumbers()
  const found = createPieces()
  const whole = ({ text, space }: Word) => text + space
  let [a, b] = [0, 0]
  const change = (toA: number, toB: number) => {
    found.add('removed', was.slice(a, toA).map(whole).join(''))
    found.add('added', is.slice(b, toB).map(whole).join(''))
    ;[a, b] = [toA, toB]
  }
  const ends = { a: was.length, b: is.length }
  const common = withoutChance(commonPlaces(numbered(was), numbered(is)), ends, (i) =>
    /[\p{L}\p{N}]/u.test(was[i]!.text),
  )
  for (const place of common) {
    change(place.a, place.b)
    const [old, now] = [was[a++]!, is[b++]!]
    found.add('same', old.text)
    if (old.space === now.space) found.add('same', old.space)
    else {
      found.add('removed', old.space)
      found.add('added', now.space)
    }
  }
  change(was.length, is.length)
  return found.done()
}

/** Pieces of one kind become one; between two that stay, what went stands before what came. */
function createPieces() {
  const done: Piece[] = []
  const open = { removed: '', added: '', same: '' }
  const flush = (ops: readonly Piece['op'][]) => {
    for (const op of ops) {
      if (open[op] !== '') done.push({ op, text: open[op] })
      open[op] = ''
    }
  }
  return {
    add: (op: Piece['op'], text: string): void => {
      if (text === '') return
      flush(op === 'same' ? ['removed', 'added'] : ['same'])
      open[op] += text
    },
    done: (): Piece[] => {
      flush(['same', 'removed', 'added'])
      return done
    },
  }
}
