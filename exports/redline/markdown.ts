import { oneLine, printable } from '../layout.ts'
import type { Piece } from '../../script/diff/words.ts'
import type { Line, Redline } from './redline.ts'

/** Marks that Markdown would read, escaped wherever they stand; at the beginning of a line also those of lists, headings and quotes. */
const escaped = (text: string): string =>
  printable(text)
    .replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/^(\s*)([-+=]|\d+(?=[.)]))/gm, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    )

type Chunk = { was: string; is: string; changed: boolean }

/**
 * Whole words with what touches them: marks of emphasis only count beside spaces («Вода**,** но» shows the stars), so a change reaches
 * from space to space.
 */
function chunksOf(pieces: readonly Piece[]): Chunk[] {
  const chunks: Chunk[] = []
  let open: Chunk = { was: '', is: '', changed: false }
  const close = () => {
    if (open.was !== '' || open.is !== '') chunks.push(open)
    open = { was: '', is: '', changed: false }
  }
  for (const { op, text } of pieces) {
    if (op === 'removed') open = { was: open.was + text, is: open.is, changed: true }
    else if (op === 'added') open = { was: open.was, is: open.is + text, changed: true }
    else
      for (const part of text.split(/(\s+)/)) {
        if (part === '') continue
        if (part.trim() !== '') open = { was: open.was + part, is: open.is + part, changed: open.changed }
        else {
          close()
          chunks.push({ was: part, is: part, changed: false })
        }
      }
  }
  close()
  return chunks
}

/** Marks do not reach over lines, and stand at no space. */
const marked = (text: string, mark: string): string =>
  text.replace(/[^\n]+/g, (one) => {
    const words = one.trim()
    return words === '' ? one : one.replace(words, () => `${mark}${escaped(words)}${mark}`)
  })

function inline(pieces: readonly Piece[]): string {
  return chunksOf(pieces)
    .map(({ was, is, changed }) => {
      if (!changed) return escaped(was)
      const [went, came] = [marked(was, '~~'), marked(is, '**')]
      return was.trim() !== '' && is.trim() !== '' && !/\s$/.test(was) && !/^\s/.test(is)
        ? `${went} ${came}`
        : `${went}${came}`
    })
    .join('')
}

/** A line break of a text is one in Markdown too. */
const line = ({ label, pieces }: Line): string =>
  pieces.length === 0 ? `*${escaped(label)}*` : `${escaped(label)}: ${inline(pieces).replace(/\n/g, '  \n')}`

/** What went is struck (`~~`), what came is bold. */
export function toRedlineMarkdown(doc: Redline): string {
  const blocks = [`# ${escaped(oneLine(doc.name))}`, escaped(doc.title)]
  if (doc.demo) blocks.push(`**${escaped(doc.demo)}**`)
  blocks.push(`~~${escaped(doc.legend.removed)}~~ · **${escaped(doc.legend.added)}**`)
  if (doc.nothing) blocks.push(escaped(doc.nothing))
  blocks.push(...doc.lines.map(line))
  for (const scene of doc.scenes) {
    const heading = scene.heading.length > 0 ? `. ${inline(scene.heading).replace(/\s+/g, ' ')}` : ''
    blocks.push(`## ${escaped(scene.number)}${heading}`, `*${escaped(scene.change)}*`, ...scene.lines.map(line))
    for (const row of scene.rows) {
      const [name, ...lines] = row.lines
      blocks.push(`*${escaped([name?.label, row.change].filter(Boolean).join(' · '))}*`, ...lines.map(line))
    }
  }
  return `${blocks.join('\n\n')}\n`
}
