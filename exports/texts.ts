import type { Exported } from './format.ts'
import { audioLine, layout, oneLine, printable, span } from './layout.ts'

const inCell = (text: string): string => markdown(text).replaceAll('|', '\\|').replaceAll('\n', '<br>')
/** Text that Markdown must not read as marks. */
const markdown = (text: string): string =>
  printable(text)
    .replace(/[\\`*_[\]<~]/g, '\\$&')
    .replace(/^(\s*)([#>+-]|\d+[.)])(?=\s)/gm, '$1\\$2')

/** Markdown: a table of two columns and times for each scene. */
export function toMarkdown(doc: Exported): string {
  const { labels, scenes, facts, about } = layout(doc)
  const blocks = [`# ${markdown(oneLine(doc.title))}`]
  if (doc.is_demo) blocks.push(`> **${labels.demo}**`)
  if (doc.description) blocks.push(markdown(doc.description))
  blocks.push(facts.join(' · '))
  if (about.length > 0) blocks.push(about.map(({ label, value }) => `- ${label}: ${markdown(value)}`).join('\n'))
  for (const scene of scenes) {
    blocks.push(`## ${scene.n}. ${markdown(scene.heading)} (${labels.beat[scene.scene.beat]}, ${span(scene)})`)
    const rows = scene.rows.map(({ row, ...times }) => {
      const sound = row.audio.map((a) => inCell(audioLine(a, labels))).join('<br>')
      return `| ${span(times)} | ${inCell(row.visual)} | ${sound} | ${inCell(row.on_screen_text ?? '')} |`
    })
    if (rows.length > 0)
      blocks.push(
        [
          `| ${[labels.time, labels.picture, labels.sound, labels.onScreen].join(' | ')} |`,
          '|---|---|---|---|',
          ...rows,
        ].join('\n'),
      )
  }
  if (scenes.length === 0) blocks.push(labels.empty)
  return `${blocks.join('\n\n')}\n`
}

/** Plain text for reading and mailing. */
export function toPlainText(doc: Exported): string {
  const { labels, scenes, facts, about } = layout(doc)
  const blocks = [oneLine(doc.title)]
  if (doc.is_demo) blocks.push(`[${labels.demo}]`)
  if (doc.description) blocks.push(printable(doc.description))
  blocks.push([facts.join(' · '), ...about.map(({ label, value }) => `${label}: ${value}`)].join('\n'))
  for (const scene of scenes) {
    blocks.push(`${scene.n}. ${scene.heading} (${labels.beat[scene.scene.beat]}, ${span(scene)})`)
    for (const { row, ...times } of scene.rows) {
      const lines = [`[${span(times)}]`]
      if (row.visual) lines.push(`${labels.picture}: ${printable(row.visual)}`)
      lines.push(...row.audio.map((a) => audioLine(a, labels)))
      if (row.on_screen_text) lines.push(`${labels.onScreen}: ${printable(row.on_screen_text)}`)
      blocks.push(lines.join('\n'))
    }
  }
  if (scenes.length === 0) blocks.push(labels.empty)
  return `${blocks.join('\n\n')}\n`
}

/** Bytes of a file that people may want to read; above it the indentation alone could make it too large to come back. */
const READABLE = 512 * 1024

/** What `POST /scenarios/import` takes back: a format name, its version, and every field that can be edited. */
export function toJson(doc: Exported): string {
  const { version: _, updated_at: __, ...fields } = doc
  const written = { format: 'scenor.scenario', schema_version: 1, ...fields }
  const readable = JSON.stringify(written, null, 2)
  return `${Buffer.byteLength(readable) <= READABLE ? readable : JSON.stringify(written)}\n`
}
