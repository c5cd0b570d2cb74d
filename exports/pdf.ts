import { createRequire } from 'node:module'
import { FONTS, fontRuns, type FontRun } from './fonts.ts'
import type { Exported } from './format.ts'
import type { Labels } from './labels.ts'
import { audioParts, layout, oneLine, printable, span, type LaidRow, type LaidScene } from './layout.ts'

/** What of a pdfmake document is used here. Its own types bring the browser's into the whole program. */
interface Style {
  readonly bold?: boolean
  readonly italics?: boolean
  readonly color?: string
  readonly fontSize?: number
  readonly alignment?: 'right'
  readonly fillColor?: string
  readonly colSpan?: number
  readonly margin?: readonly [number, number, number, number]
}
type Text = Style & { readonly text: string | readonly (FontRun & Style)[] }
type Block = Text | (Style & { readonly stack: readonly Text[] }) | (Style & { readonly columns: readonly Text[] })
interface Table {
  readonly table: {
    readonly headerRows: number
    readonly keepWithHeaderRows: number
    readonly dontBreakRows: boolean
    readonly widths: readonly (number | '*' | 'auto')[]
    readonly body: readonly (readonly (Block | Record<string, never>)[])[]
  }
  readonly layout: object
  readonly margin: readonly [number, number, number, number]
}

const require = createRequire(import.meta.url)
const pdfmake = require('pdfmake') as {
  setFonts(fonts: object): void
  createPdf(document: object): { getBuffer(): Promise<Buffer> }
  setUrlAccessPolicy(allow: (url: string) => boolean): void
  setLocalAccessPolicy(allow: (path: string) => boolean): void
}
pdfmake.setFonts(FONTS)
// Texts are data: nothing in them is ever fetched or read.
pdfmake.setUrlAccessPolicy(() => false)
const files = new Set<string>(Object.values(FONTS).flatMap((face) => Object.values(face)))
pdfmake.setLocalAccessPolicy((path) => files.has(path))

const GREY = '#5f6670'
const RULE = '#c9ced6'
const BAND = '#eef1f5'

const runs = (text: string, style: Style = {}): (FontRun & Style)[] =>
  fontRuns(text).map((run) => ({ ...run, ...style }))
const text = (value: string, style: Style = {}): Text => ({ text: runs(value), ...style })

/** Characters of one paragraph at most: the library's time grows with their square. */
const PARAGRAPH = 2_000
/** A text in paragraphs that can be laid out: its lines, the long ones cut after a sentence or a word. */
function paragraphs(value: string): string[] {
  if (value.length <= PARAGRAPH) return [value]
  return value.split('\n').flatMap((line) => {
    const cut: string[] = []
    let from = 0
    while (line.length - from > PARAGRAPH) {
      const head = line.slice(from, from + PARAGRAPH)
      // Without a space: never between the halves of a character.
      const ends = [
        head.lastIndexOf('. ') + 2,
        head.lastIndexOf(' ') + 1,
        head.toWellFormed() === head ? PARAGRAPH : PARAGRAPH - 1,
      ]
      const end = ends.find((at) => at > PARAGRAPH / 2)!
      cut.push(head.slice(0, end))
      from += end
    }
    return [...cut, line.slice(from)]
  })
}

/** Points. A row of the table is as high as its longest cell; characters of a line in a wide column, and lines that a page holds. */
const TIME_WIDTH = 62
const LINE = 42
const MOST_LINES = 40
const lineCount = (value: string): number =>
  value.split('\n').reduce((sum, line) => sum + Math.ceil((line.length + 1) / LINE), 0)
/** Whether a row needs more than a page: such a one must break, or all that is below the page's end would be lost. */
const isTall = ({ row }: LaidRow): boolean =>
  Math.max(
    lineCount(row.visual) + lineCount(row.on_screen_text ?? ''),
    row.audio.reduce((sum, a) => sum + lineCount(`${a.speaker}: ${a.text}`), 0),
  ) > MOST_LINES

const LINES = {
  hLineWidth: () => 0.5,
  vLineWidth: (i: number) => (i === 2 ? 0.5 : 0),
  hLineColor: () => RULE,
  vLineColor: () => RULE,
  paddingLeft: () => 5,
  paddingRight: () => 5,
  paddingTop: () => 3,
  paddingBottom: () => 4,
}

function tableOf(scene: LaidScene, labels: Labels): Table {
  const band: Block = {
    columns: [
      text(`${scene.n}. ${scene.heading}`, { bold: true, fontSize: 11 }),
      text(`${labels.beat[scene.scene.beat]} · ${span(scene)}`, {
        alignment: 'right',
        color: GREY,
        fontSize: 9,
        margin: [0, 1, 0, 0],
      }),
    ],
    colSpan: 3,
    fillColor: BAND,
  }
  const heads = [labels.time, labels.picture, labels.sound].map((label) => text(label, { color: GREY, fontSize: 8 }))
  const rows = scene.rows.map(({ row, ...times }) => [
    text(span(times), { color: GREY, fontSize: 8, margin: [0, 1.5, 0, 0] }),
    {
      stack: [
        ...(row.visual ? paragraphs(printable(row.visual)).map((p) => text(p)) : []),
        ...(row.on_screen_text
          ? [
              {
                text: [
                  ...runs(`${labels.onScreen}: `, { color: GREY }),
                  ...runs(printable(row.on_screen_text), { bold: true }),
                ],
              },
            ]
          : []),
      ],
    },
    {
      stack: row.audio.flatMap((audio) => {
        const { who, said, spoken } = audioParts(audio, labels)
        return paragraphs(said).map((p, i) => ({
          text: [...(i === 0 ? runs(`${who}: `, { bold: true }) : []), ...runs(p, { italics: !spoken })],
        }))
      }),
    },
  ])
  const whole = !scene.rows.some(isTall)
  return {
    table: {
      headerRows: 2,
      keepWithHeaderRows: whole ? 1 : 0,
      dontBreakRows: whole,
      widths: [TIME_WIDTH, '*', '*'],
      body: [[band, {}, {}], ...(rows.length > 0 ? [heads, ...rows] : [[text(labels.noRows, { colSpan: 3 }), {}, {}]])],
    },
    layout: LINES,
    margin: [0, 12, 0, 0],
  }
}

/** PDF, A4: a table of time, picture and sound for each scene; its head and the title come again on the next page. */
export function toPdf(doc: Exported): Promise<Buffer> {
  const { labels, scenes, facts, about } = layout(doc)
  const title = oneLine(doc.title)
  const content: (Block | Table)[] = [text(title, { fontSize: 19, bold: true, margin: [0, 0, 0, 4] })]
  content.push(text(facts.join(' · '), { color: GREY, margin: [0, 0, 0, 4] }))
  if (doc.is_demo) content.push(text(labels.demo, { bold: true, margin: [0, 0, 0, 4] }))
  if (doc.description) content.push(text(printable(doc.description), { margin: [0, 2, 0, 4] }))
  for (const { label, value } of about)
    content.push({ text: [...runs(`${label}: `, { color: GREY }), ...runs(value)], margin: [0, 0, 0, 2] })
  content.push(...scenes.map((scene) => tableOf(scene, labels)))
  if (scenes.length === 0) content.push(text(labels.empty, { margin: [0, 12, 0, 0] }))
  const made = new Date(doc.updated_at)
  return pdfmake
    .createPdf({
      pageSize: 'A4',
      pageMargins: [40, 44, 40, 48],
      info: { title, creator: 'Scenor', producer: 'Scenor', creationDate: made, modDate: made },
      language: doc.language,
      defaultStyle: { font: 'Roboto', fontSize: 10, lineHeight: 1.15 },
      content,
      header: (page: number) =>
        page > 1
          ? text([...title].slice(0, 120).join(''), { color: GREY, fontSize: 8, margin: [40, 22, 40, 0] })
          : null,
      footer: (page: number, pages: number) => ({
        text: `${labels.page} ${page} / ${pages}`,
        alignment: 'center',
        color: GREY,
        fontSize: 8,
      }),
    })
    .getBuffer()
}
