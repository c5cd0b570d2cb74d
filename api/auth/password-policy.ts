import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fail } from '../../errors/errors.ts'
import type { Reason } from '../../errors/reasons.ts'
import { nfc } from '../../script/nfc.ts'

/**
 * Common and breached passwords of 8 and more characters, as sorted 8-byte prefixes of their SHA-1: 21,685 from the lists of
 * zxcvbn (MIT) and Django (BSD), and some Russian ones. Made by `cli/password-list.ts`. No network while somebody registers.
 */
const COMMON = readFileSync(new URL('./common-passwords.bin', import.meta.url))
const PREFIX_BYTES = 8
/** Letters and digits that a password must have beside the words that its owner is known by. */
const OWN_PART = 5
const SHORTEST_WORD = 4
const PRODUCT = 'scenor'

/** The keys of a Russian keyboard and what the same keys give on an English one: `йцукенгш` is `qwertyui`. */
const KEYS = new Map(
  [...'йцукенгшщзхъфывапролджэячсмитьбюё'].map((letter, i) => [
    letter,
    [..."qwertyuiop[]asdfghjkl;'zxcvbnm,.`"][i] ?? letter,
  ]),
)

/**
 * Refuses what is guessed first: common passwords, also typed on the other keyboard, and those made of the account's own words.
 * @param words what the account is known by: address, username, name
 * @param path JSON Pointer to the field
 * @throws AppError auth.password_weak
 */
export function refuseWeak(password: string, words: readonly (string | null | undefined)[], path: string): void {
  const typed = nfc(password).toLowerCase()
  const english = [...typed].map((c) => KEYS.get(c) ?? c).join('')
  // A sign before or after it makes a common one no rarer.
  if (
    [typed, english].some((word) => isCommon(word) || isCommon(word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')))
  )
    refuse(path, 'common_password')
  if (isMadeOf(typed, words)) refuse(path, 'own_words_password')
}

const refuse = (path: string, reason: Reason) => fail('auth.password_weak', { errors: [{ path, reason }] })

function isCommon(password: string): boolean {
  const wanted = createHash('sha1').update(password).digest().subarray(0, PREFIX_BYTES)
  for (let low = 0, high = COMMON.length / PREFIX_BYTES; low < high;) {
    const middle = (low + high) >>> 1
    const order = COMMON.compare(wanted, 0, PREFIX_BYTES, middle * PREFIX_BYTES, (middle + 1) * PREFIX_BYTES)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}

function isMadeOf(password: string, words: readonly (string | null | undefined)[]): boolean {
  const own = words
    .flatMap((word) => (word ? [word, ...word.split(/[^\p{L}\p{N}]+/u)] : []))
    .map((word) => nfc(word).toLowerCase())
    .filter((word) => word.length >= SHORTEST_WORD)
    .toSorted((a, b) => b.length - a.length)
  const rest = [...own, PRODUCT].reduce((left, word) => left.replaceAll(word, ''), password)
  return rest !== password && (rest.match(/[\p{L}\p{N}]/gu) ?? []).length < OWN_PART
}
