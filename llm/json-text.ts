import { jsonrepair } from 'jsonrepair'
import { withoutThinking } from '../script/clean.ts'

/** Objects that are looked at in one answer; a text of braces alone must not take a second. */
const MAX_CANDIDATES = 20

/** Twice the largest script, each letter of it written as six (`\u0430`); and far more values than it can have. */
const MAX_JSON = 1_500_000
const MAX_COMMAS = 50_000

/**
 * Follows the braces of a text as it grows, strings left out.
 * @returns a function from the next piece to whether an object has just been closed and nothing but white space or a fence follows
 */
export function watchJson(): (piece: string) => boolean {
  let depth = 0
  let inString = false
  let escaped = false
  let closed = false
  return (piece) => {
    // Megabytes of prose are not looked at one character after the other.
    if (depth === 0 && !/[{}[\]]/.test(piece)) return (closed &&= !/[^\s`]/.test(piece))
    for (let i = 0; i < piece.length; i++) {
      const c = piece[i]!
      if (inString) {
        if (escaped) escaped = false
        else if (c === '\\') escaped = true
        else if (c === '"') inString = false
      } else if (c === '{' || c === '[') {
        depth++
        closed = false
      } else if (c === '}' || c === ']') {
        depth = Math.max(0, depth - 1)
        closed = depth === 0
      } else if (depth > 0) inString = c === '"'
      else if (closed && !/[\s`]/.test(c)) closed = false
    }
    return closed
  }
}

/** Every balanced object or list at the top of a text. */
function balanced(text: string): string[] {
  const found: string[] = []
  let from = -1
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (inString) {
      if (c === '\\') i++
      else if (c === '"') inString = false
    } else if (c === '{' || c === '[') {
      if (depth++ === 0) from = i
    } else if ((c === '}' || c === ']') && depth > 0) {
      if (--depth === 0) found.push(text.slice(from, i + 1))
    } else if (depth > 0) inString = c === '"'
  }
  return found
}

/**
 * What could be the answer in a text: whole, in fences, after thoughts, among prose and channels, with faults that a person reads over (a
 * comma too many, a line break in a text). The likeliest first: of those of about the largest size the last one, since models draft
 * before they answer. What is cut off is never closed: half a script would be stored as a whole one.
 */
export function jsonIn(content: string): unknown[] {
  const text = withoutThinking(content).trim()
  const whole = parsed(text)
  if (typeof whole === 'string') return jsonIn(whole)
  if (whole !== undefined) return [whole]
  if (!/[{[]/.test(text)) return []
  const found = balanced(text)
  // A quote too few hides all braces after it; the outer ones still tell where the object is.
  const outer = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  const closes = found.some((f) => outer.startsWith(f))
  if (outer !== '' && !closes && count(outer, '{') === count(outer, '}')) found.push(outer)
  const largest = Math.max(0, ...found.map((f) => f.length))
  const likely = found.filter((f) => f.length >= largest / 2).toReversed()
  const others = found.filter((f) => f.length < largest / 2).toSorted((a, b) => b.length - a.length)
  return [...likely, ...others]
    .slice(0, MAX_CANDIDATES)
    .map((candidate) => parsed(candidate) ?? mended(candidate))
    .filter((value) => typeof value === 'object' && value !== null)
}

const count = (text: string, character: string) => text.split(character).length

/** Measured before it is parsed: a list of a million zeros is no answer, and every later step would look at each. */
const isBearable = (text: string): boolean => text.length <= MAX_JSON && count(text, ',') <= MAX_COMMAS

function parsed(text: string): unknown {
  if (!isBearable(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function mended(text: string): unknown {
  if (!isBearable(text)) return undefined
  try {
    return parsed(jsonrepair(text))
  } catch {
    return undefined
  }
}
