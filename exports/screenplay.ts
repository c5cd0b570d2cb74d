import { isSpoken } from '../script/script.ts'
import type { Exported } from './format.ts'
import { clock, layout, oneLine, printable, speakerOf } from './layout.ts'

/** Characters that Fountain reads as emphasis, notes or comments. */
const fountain = (text: string): string =>
  printable(text)
    .replace(/[*_\\]/g, '\\$&')
    .replaceAll('[[', '[ [')
    .replaceAll(']]', '] ]')
    .replaceAll('/*', '/ *')
    .replaceAll('*/', '* /')

/** Lines without blank ones: a blank line ends a block. */
const lines = (text: string): string[] =>
  fountain(text)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/**
 * Fountain, every element forced by its mark: the rules for unmarked text know Latin capitals only, so a lower-case Cyrillic
 * action of two lines would be read as a character with dialogue.
 */
export function toFountain(doc: Exported): string {
  const { labels, scenes } = layout(doc)
  const title = [`Title: ${fountain(oneLine(doc.title))}`]
  if (doc.is_demo) title.push(`Notes: ${fountain(labels.demo)}`)
  const blocks = [title.join('\n')]
  const action = (text: string) =>
    lines(text)
      .map((line) => `!${line}`)
      .join('\n')
  for (const scene of scenes) {
    // Between two # stands the number of the scene.
    blocks.push(
      `.${labels.scene.toUpperCase()} ${scene.n}. ${fountain(scene.heading).replaceAll('#', '')} #${scene.n}#`,
    )
    for (const { row, start_s } of scene.rows) {
      const time = `[[${clock(start_s)}]]`
      blocks.push(row.visual ? `${action(row.visual)} ${time}` : time)
      for (const audio of row.audio) {
        const said = lines(audio.text)
        if (said.length === 0) continue
        const who = fountain(speakerOf(audio, labels)).replaceAll('^', '')
        if (isSpoken(audio)) {
          const voice = audio.type === 'vo' ? ` (${labels.voice})` : ''
          blocks.push([`@${who}${voice}`, ...said].join('\n'))
        } else blocks.push(action(`${labels.speaker[audio.type].toUpperCase()}: ${audio.text}`))
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
          const voice = audio.type === 'vo' ? ` (${labels.voice})` : ''
          body.push(paragraph('Character', `${speakerOf(audio, labels)}${voice}`), paragraph('Dialogue', audio.text))
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
    '    </Content>',
    '  </TitlePage>',
    '</FinalDraft>',
    '',
  ].join('\n')
}
