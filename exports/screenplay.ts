import { spokenPieces } from '../script/remarks.ts'
import { isSpoken, type Audio } from '../script/script.ts'
import type { Exported } from './format.ts'
import { clock, layout, oneLine, printable, speakerOf } from './layout.ts'

/** Between two characters that together are a mark: nothing is seen, and no mark is read. */
const JOINER = '\u2060'

/** Characters that Fountain reads as emphasis are escaped, those of notes and comments kept apart. */
const fountain = (text: string): string =>
  printable(text)
    .replace(/[*_\\]/g, '\\$&')
    .replace(/\[(?=\[)/g, `[${JOINER}`)
    .replace(/\](?=\])/g, `]${JOINER}`)

/** Lines without blank ones: a blank line ends a block. */
const lines = (text: string): string[] =>
  fountain(text)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** A line of speech: one that begins with ~ is sung, and one in brackets alone is no speech. */
const speechLine = (line: string): string =>
  line.startsWith('~') ? `\\${line}` : /^\(.*\)$/u.test(line) ? JOINER + line : line

/** A name as a character's: ^ would set two speeches side by side, and only one pair of brackets may stand at its end. */
function character(name: string): string {
  const plain = fountain(name).replaceAll('^', '\u02c6')
  return /^[^()]+(?:\([^()]*\))?$/u.test(plain) ? plain : plain.replaceAll('(', '[').replaceAll(')', ']')
}

/** A speech as a screenplay writes it: remarks and pauses as parentheticals between the words. */
const speech = (audio: Audio): { readonly aside: boolean; readonly text: string }[] =>
  spokenPieces(audio.text)
    .map(({ kind, text }) => ({
      aside: kind !== 'speech',
      text: kind === 'speech' ? text.trim() : `(${oneLine(text)})`,
    }))
    .filter(({ text }) => text !== '')

const voiceOf = (audio: Audio, voice: string): string => (audio.type === 'vo' ? ` (${voice})` : '')

/**
 * Fountain, every element forced by its mark: the rules for unmarked text know Latin capitals only, so a lower-case Cyrillic
 * action of two lines would be read as a character with dialogue.
 */
export function toFountain(doc: Exported): string {
  const { labels, scenes } = layout(doc)
  const title = [`Title: ${fountain(oneLine(doc.title))}`]
  if (doc.author) title.push(`Author: ${fountain(oneLine(doc.author))}`)
  title.push(`Draft date: ${doc.updated_at.slice(0, 10)}`)
  if (doc.is_demo) title.push(`Notes: ${fountain(labels.demo)}`)
  const blocks = [title.join('\n')]
  // «… TO:» at the end is a transition to some readers, forced action or not.
  const action = (text: string) =>
    lines(text)
      .map((line) => `!${line}${/ to:$/iu.test(line) ? JOINER : ''}`)
      .join('\n')
  for (const scene of scenes) {
    // Between two # stands the number of the scene; those of the heading cannot be part of it, as a space comes between.
    blocks.push(`.${labels.scene.toUpperCase()} ${scene.n}. ${fountain(scene.heading)} #${scene.n}#`)
    for (const { row, start_s } of scene.rows) {
      const time = `[[${clock(start_s, labels)}]]`
      const seen = action(row.visual)
      blocks.push(seen ? `${seen} ${time}` : time)
      for (const audio of row.audio) {
        if (isSpoken(audio)) {
          const said = speech(audio).flatMap(({ aside, text }) =>
            aside ? fountain(text) : lines(text).map(speechLine),
          )
          if (said.length === 0) continue
          const voice = voiceOf(audio, labels.voice)
          blocks.push([`@${character(speakerOf(audio, labels))}${voice}`, ...said].join('\n'))
        } else if (audio.text.trim()) blocks.push(action(`${labels.speaker[audio.type].toUpperCase()}: ${audio.text}`))
      }
      if (row.on_screen_text) blocks.push(action(`${labels.onScreen.toUpperCase()}: ${row.on_screen_text}`))
    }
  }
  return `${blocks.join('\n\n')}\n`
}

export const xml = (text: string): string =>
  printable(text).replace(
    /[&<>"']/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[c]!,
  )

/** Final Draft 5 XML: picture as action, speech as character and dialogue. */
export function toFinalDraft(doc: Exported): string {
  const { labels, scenes } = layout(doc)
  const paragraph = (type: string, text: string, number = '') =>
    `    <Paragraph${number && ` Number="${number}"`} Type="${type}">\n      <Text>${xml(text)}</Text>\n    </Paragraph>`
  const body: string[] = []
  if (doc.is_demo) body.push(paragraph('Action', labels.demo))
  for (const scene of scenes) {
    body.push(paragraph('Scene Heading', scene.heading, String(scene.n)))
    for (const { row } of scene.rows) {
      if (row.visual) body.push(paragraph('Action', row.visual))
      for (const audio of row.audio) {
        if (isSpoken(audio)) {
          const said = speech(audio)
          if (said.length === 0) continue
          body.push(paragraph('Character', `${speakerOf(audio, labels)}${voiceOf(audio, labels.voice)}`))
          body.push(...said.map(({ aside, text }) => paragraph(aside ? 'Parenthetical' : 'Dialogue', text)))
        } else body.push(paragraph('Action', `${labels.speaker[audio.type]}: ${audio.text}`))
      }
      if (row.on_screen_text) body.push(paragraph('Action', `${labels.onScreen}: ${row.on_screen_text}`))
    }
  }
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
    '<FinalDraft DocumentType="Script" Template="No" Version="5">',
    '  <Content>',
    ...body,
    '  </Content>',
    '  <TitlePage>',
    '    <Content>',
    paragraph('Action', oneLine(doc.title)),
    ...(doc.author ? [paragraph('Action', oneLine(doc.author))] : []),
    paragraph('Action', doc.updated_at.slice(0, 10)),
    '    </Content>',
    '  </TitlePage>',
    '</FinalDraft>',
    '',
  ].join('\n')
}
