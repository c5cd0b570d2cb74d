import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Exported } from './format.ts'
import { audioLine, clock, layout, oneLine, printable, span } from './layout.ts'

/** What of a pdfmake document is used here. Its own types bring the browser's into the whole program. */
interface Text {
  readonly text: string
  readonly style?: string
  readonly bold?: boolean
  readonly color?: string
  readonly fontSize?: number
  readonly margin?: readonly [number, number, number, number]
}
type Cell = Text | { readonly stack: readonly Text[] }
type Content =
  | Text
  | {
      readonly layout: string
      readonly table: {
        readonly headerRows: number
        readonly dontBreakRows: boolean
        readonly widths: readonly (number | '*')[]
        readonly body: readonly (readonly Cell[])[]
      }
    }

const require = createRequire(import.meta.url)
const pdfmake = require('pdfmake') as {
  setFonts(fonts: Record<string, Record<string, string>>): void
  createPdf(document: object): { getBuffer(): Promise<Buffer> }
  setUrlAccessPolicy(allow: (url: string) => boolean): void
  setLocalAccessPolicy(allow: (path: string) => boolean): void
}
const folder = join(dirname(require.resolve('pdfmake/package.json')), 'fonts', 'Roboto')
// Embedded, with Cyrillic. Never a standard PDF font: those have Latin only and garble the rest without a word.
const fonts = {
  Roboto: {
    normal: join(folder, 'Roboto-Regular.ttf'),
    bold: join(folder, 'Roboto-Medium.ttf'),
    italics: join(folder, 'Roboto-Italic.ttf'),
    bolditalics: join(folder, 'Roboto-MediumItalic.ttf'),
  },
}
pdfmake.setFonts(fonts)
// Texts are data: nothing in them is ever fetched or read.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path) => Object.values(fonts.Roboto).includes(path))

/** PDF, A4: time, picture and sound in columns, page numbers below. */
export function toPdf(doc: Exported): Promise<Buffer> {
  const { labels, scenes, total_s } = layout(doc)
  const text = (value: string) => printable(value)
  const content: Content[] = [{ text: oneLine(doc.title), style: 'title' }]
  if (doc.is_demo) content.push({ text: labels.demo, bold: true, margin: [0, 0, 0, 6] })
  if (doc.description) content.push({ text: text(doc.description), margin: [0, 0, 0, 4] })
  content.push({ text: `${labels.length}: ${clock(total_s)} · ${labels.version} ${doc.version}`, color: '#555555' })
  if (doc.disclosure) content.push({ text: text(doc.disclosure), margin: [0, 4, 0, 0] })
  for (const scene of scenes) {
    content.push({
      text: `${scene.n}. ${scene.heading} (${labels.beat[scene.scene.beat]}, ${span(scene)})`,
      style: 'scene',
    })
    const rows = scene.rows.map(({ row, ...times }): Cell[] => [
      { text: span(times), color: '#555555', fontSize: 8 },
      {
        stack: [
          { text: text(row.visual) },
          ...(row.on_screen_text ? [{ text: `${labels.onScreen}: ${text(row.on_screen_text)}`, bold: true }] : []),
        ],
      },
      { stack: row.audio.map((a) => ({ text: audioLine(a, labels) })) },
    ])
    const head = [labels.time, labels.picture, labels.sound].map((label) => ({ text: label, bold: true }))
    if (rows.length > 0)
      content.push({
        table: { headerRows: 1, dontBreakRows: true, widths: [58, '*', '*'], body: [head, ...rows] },
        layout: 'lightHorizontalLines',
      })
  }
  if (scenes.length === 0) content.push({ text: labels.empty })
  const made = new Date(doc.updated_at)
  return pdfmake
    .createPdf({
      pageSize: 'A4',
      pageMargins: [40, 40, 40, 50],
      info: { title: oneLine(doc.title), creator: 'Scenor', producer: 'Scenor', creationDate: made, modDate: made },
      language: doc.language,
      defaultStyle: { font: 'Roboto', fontSize: 10, lineHeight: 1.15 },
      styles: {
        title: { fontSize: 18, bold: true, margin: [0, 0, 0, 6] },
        scene: { fontSize: 12, bold: true, margin: [0, 12, 0, 4] },
      },
      content,
      footer: (page: number, pages: number) => ({
        text: `${labels.page} ${page} / ${pages}`,
        alignment: 'center',
        color: '#555555',
        fontSize: 8,
      }),
    })
    .getBuffer()
}
