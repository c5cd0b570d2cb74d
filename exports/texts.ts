import type { Exported } from './format.ts'
import { audioLine, layout, lengthsOf, oneLine, printable, span } from './layout.ts'
import { markdownBlock, markdownCell, markdownHeading, markdownInline } from './markdown.ts'

/** Markdown: a table of two columns and times for each scene. */
export function toMarkdown(doc: Exported): string {
  const { labels, scenes, facts, about } = layout(doc)
  const blocks = [`# ${markdownHeading(doc.title)}`]
  if (doc.is_demo) blocks.push(`> **${labels.demo}**`)
  if (doc.description) blocks.push(markdownBlock(doc.description))
  blocks.push(facts.join(' · '))
  if (about.length > 0) blocks.push(about.map(({ label, value }) => `- ${label}: ${markdownInline(value)}`).join('\n'))
  for (const scene of scenes) {
    blocks.push(
      `## ${scene.n}. ${markdownInline(scene.heading)} (${labels.beat[scene.scene.beat]}, ${span(scene, labels)})`,
    )
    const rows = scene.rows.map((laid) => {
      const { row, shot } = laid
      const times = [span(laid, labels), ...lengthsOf(laid, labels)].join('<br>')
      const sound = row.audio.map((a) => markdownCell(audioLine(a, labels))).join('<br>')
      return `| ${[shot, times, markdownCell(row.visual), sound, markdownCell(row.on_screen_text ?? '')].join(' | ')} |`
    })
    const heads = [labels.shot, labels.time, labels.picture, labels.sound, labels.onScreen]
    if (rows.length > 0)
      blocks.push([`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...rows].join('\n'))
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
    blocks.push(`${scene.n}. ${scene.heading} (${labels.beat[scene.scene.beat]}, ${span(scene, labels)})`)
    for (const laid of scene.rows) {
      const { row } = laid
      const lines = [`${laid.shot} [${[span(laid, labels), ...lengthsOf(laid, labels)].join(', ')}]`]
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
  const { version: _, updated_at: __, author: ___, reading_ms_per_char: ____, ...fields } = doc
  const written = { format: 'scenor.scenario', schema_version: 1, ...fields }
  const readable = JSON.stringify(written, null, 2)
  return `${Buffer.byteLength(readable) <= READABLE ? readable : JSON.stringify(written)}\n`
}
