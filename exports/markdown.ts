import { printable } from './layout.ts'

/** Addresses as GitHub links them; the marks of a sentence at their end are not part of them. */
const ADDRESS = /(?:(?:https?|ftp):\/\/|www\.)[^\s<>]{1,2000}/giu
const SENTENCE_END = /[.,;:!?)\]»”"'*_~…]+$/u

/** Characters that are marks inside a line. `&` only where an entity would be read. */
const marks = (text: string): string => text.replace(/[\\`*_[\]<~]/g, '\\$&').replace(/&(?=#?\w{1,32};)/g, '\\&')

/** An address stays a link, whatever is in it: between angle brackets nothing of it is a mark. */
function link(address: string): string {
  const bare = address.replace(SENTENCE_END, '')
  const rest = marks(address.slice(bare.length))
  const target = bare.replace(/&(?=#?\w{1,32};)/g, '&amp;')
  if (/^www\./i.test(bare)) return `[${marks(bare)}](<http://${target.replaceAll('\\', '%5C')}>)${rest}`
  return `<${target}>${rest}`
}

function inline(text: string): string {
  let made = ''
  let from = 0
  for (const found of text.matchAll(ADDRESS)) {
    // Behind a Latin letter it is no address to GitHub either.
    if (/[a-z]/i.test(text[found.index - 1] ?? '')) continue
    if (found[0].replace(SENTENCE_END, '').length < 8) continue
    made += marks(text.slice(from, found.index)) + link(found[0])
    from = found.index + found[0].length
  }
  return made + marks(text.slice(from))
}

/**
 * What begins a block where it stands first in a line: headings, quotes, lists, underlines of headings, rules, tables, code by
 * indentation.
 */
const atLineStart = (line: string): string =>
  line
    .trim()
    .replace(/^[#>+=|:-]/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')

/** Text on one line, behind something else: `- label: text`. */
export const markdownInline = (text: string): string => inline(printable(text).replace(/\s+/g, ' ').trim())

/** Text as a heading's: a final `#` would be taken for its closing mark. */
export const markdownHeading = (text: string): string =>
  markdownInline(text).replace(/#+$/, (end) => '\\#'.repeat(end.length))

/** Text as a cell of a table. */
export const markdownCell = (text: string): string =>
  printable(text)
    .split('\n')
    .map((line) => inline(line.trim()).replaceAll('|', '\\|'))
    .join('<br>')

/** Text in paragraphs of its own; its line breaks stay. */
export const markdownBlock = (text: string): string =>
  printable(text)
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => atLineStart(inline(line.trim())))
        .join('\\\n'),
    )
    .filter(Boolean)
    .join('\n\n')
