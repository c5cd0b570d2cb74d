/** UAX #15, "Stream-Safe Text Format": no language puts more marks on a letter. */
const MAX_MARKS = 30
const LONG_RUNS = new RegExp(String.raw`(?<!\p{M})(\p{M}{${MAX_MARKS}})\p{M}+`, 'gu')

/** By UTF-16 unit, whether it is a mark; made at the first need. A mebibyte of marks asks half a million times. */
let marks: Uint8Array | undefined
function markTable(): Uint8Array {
  const table = new Uint8Array(0x1_0000)
  for (let unit = 0x300; unit < 0xd800; unit++) table[unit] = Number(/\p{M}/u.test(String.fromCharCode(unit)))
  for (let unit = 0xe000; unit <= 0xffff; unit++) table[unit] = Number(/\p{M}/u.test(String.fromCharCode(unit)))
  return table
}

/**
 * Whether no run of combining marks is longer than 30: putting them in order takes time that grows with the square of the run (96 KB of
 * them held a process for 9 s).
 */
export function isStreamSafe(text: string): boolean {
  let run = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x300) run = 0
    else if (unit >= 0xd800 && unit <= 0xdbff) run = /^\p{M}/u.test(text.slice(i, ++i + 1)) ? run + 1 : 0
    else run = (marks ??= markTable())[unit] ? run + 1 : 0
    if (run > MAX_MARKS) return false
  }
  return true
}

/** NFC in time that grows with the text alone: marks beyond the thirtieth of a run go. */
export const nfc = (text: string): string =>
  (isStreamSafe(text) ? text : text.replace(LONG_RUNS, '$1')).normalize('NFC')

/** Nothing to see: spaces, controls, and what fonts leave out (joiners, fillers, selectors, tags); U+2800 is a pattern without dots. */
const UNSEEN = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u
/** Whether a person would see nothing of it. */
export const isBlank = (text: string): boolean => UNSEEN.test(text)

/** Length as people count it: code points, not UTF-16 units. */
export function codePoints(text: string): number {
  let pairs = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) pairs++
  }
  return text.length - pairs
}
