import type { Exported, ExportOptions } from './format.ts'
import type { Labels } from './labels.ts'
import {
  audioParts,
  isUpright,
  layout,
  lengthsOf,
  oneLine,
  printable,
  span,
  type LaidRow,
  type LaidScene,
} from './layout.ts'
import type { Line, Words } from './pdf/lines.ts'
import { BODY_WIDTH, GREY, heightOf, PAGE, Sheet } from './pdf/page.ts'
import { drawTable, innerWidth, type Column } from './pdf/table.ts'

const BAND = '#eef1f5'
const HEADS = '#f7f8fa'
/** Points. */
const SIZE = { title: 19, text: 10, band: 11, small: 8 }
const WIDTH = { number: 34, time: 78, frame: { wide: 112, high: 58 } }

const ink = { size: SIZE.text }
const grey = { size: SIZE.text, color: GREY }
const small = { size: SIZE.small, color: GREY }
const bold = { size: SIZE.text, bold: true }

/** What a column has for a row: lines of that width. */
type Cell = (row: LaidRow, width: number) => Line[]
interface Filled extends Column {
  readonly head: string
  readonly cell: Cell
}

/** The columns of every scene's table. `drawn`: with frames to draw in, as high as the platform's picture is to its width. */
function columnsOf(sheet: Sheet, labels: Labels, drawn: { readonly upright: boolean } | undefined): Filled[] {
  const time: Cell = (row, width) =>
    [span(row, labels), ...lengthsOf(row, labels)].flatMap((text) => sheet.lines([{ text, ink: small }], width))
  const picture: Cell = ({ row }, width) => {
    const paragraphs: Words[][] = []
    if (row.visual) paragraphs.push([{ text: printable(row.visual), ink }])
    if (row.on_screen_text)
      paragraphs.push([
        { text: `${labels.onScreen}: `, ink: grey },
        { text: printable(row.on_screen_text), ink: bold },
      ])
    return paragraphs.flatMap((words) => sheet.lines(words, width))
  }
  const sound: Cell = ({ row }, width) =>
    row.audio.flatMap((audio) => {
      const { who, said, spoken } = audioParts(audio, labels)
      const words = [
        { text: `${who}: `, ink: bold },
        { text: said, ink: { size: SIZE.text, italics: !spoken } },
      ]
      return sheet.lines(words, width)
    })
  const shot: Cell = (row, width) => sheet.lines([{ text: row.shot, ink: { size: SIZE.small, bold: true } }], width)
  const frames = drawn ? [frameColumn(labels, drawn.upright)] : []
  const used = [{ width: WIDTH.number }, { width: WIDTH.time }, ...frames].reduce((sum, { width }) => sum + width, 0)
  const wide = (BODY_WIDTH - used) / 2
  return [
    { width: WIDTH.number, head: labels.shot, cell: shot },
    { width: WIDTH.time, head: labels.time, cell: time },
    ...frames,
    { width: wide, head: labels.picture, cell: picture },
    { width: wide, head: labels.sound, cell: sound },
  ]
}

function frameColumn({ storyboard }: Labels, upright: boolean): Filled {
  const width = upright ? WIDTH.frame.high : WIDTH.frame.wide
  const frame = { width, height: upright ? (width * 16) / 9 : (width * 9) / 16 }
  return { width: width + 10, frame, head: storyboard, cell: () => [] }
}

function drawScene(sheet: Sheet, scene: LaidScene, columns: readonly Filled[], labels: Labels): void {
  const padding = 4
  const aside = sheet.lines([{ text: `${labels.beat[scene.scene.beat]} · ${span(scene, labels)}`, ink: small }], 200)
  const asideWidth = Math.max(...aside.map(({ width }) => width)) + 2 * padding
  const titleWidth = BODY_WIDTH - asideWidth - 2 * padding
  const bandInk = { size: SIZE.band, bold: true }
  const band = (again: boolean) =>
    sheet.lines(
      [
        { text: `${scene.n}. ${scene.heading}`, ink: bandInk },
        ...(again ? [{ text: ` ${labels.again}`, ink: small }] : []),
      ],
      titleWidth,
    )
  const heads = columns.map((column) => sheet.lines([{ text: column.head, ink: small }], innerWidth(column)))
  const bandHeight = (again: boolean) => heightOf(band(again)) + 2 * padding
  const headsHeight = Math.max(...heads.map(heightOf)) + padding
  const head = (again: boolean) => {
    sheet.box(PAGE.left, sheet.y, BODY_WIDTH, bandHeight(again), BAND)
    sheet.draw(band(again), PAGE.left + padding, sheet.y + padding, titleWidth)
    sheet.draw(aside, PAGE.left, sheet.y + padding + 2, BODY_WIDTH - padding, 'end')
    sheet.y += bandHeight(again)
    sheet.box(PAGE.left, sheet.y, BODY_WIDTH, headsHeight, HEADS)
    let x = PAGE.left
    for (const [i, column] of columns.entries()) {
      sheet.draw(heads[i]!, x + 5, sheet.y + padding / 2, innerWidth(column))
      x += column.width
    }
    sheet.y += headsHeight
  }
  const rows = scene.rows.map((row) => ({ cells: columns.map((column) => column.cell(row, innerWidth(column))) }))
  sheet.y += 12
  drawTable(sheet, { columns, head, headHeight: bandHeight(true) + headsHeight, rows })
  if (rows.length === 0) sheet.flow([{ text: labels.noRows, ink: grey }])
}

/** PDF, A4: a table of number, time, picture and sound for each scene; its head and the title come again on the next page. */
export function toPdf(doc: Exported, { storyboard = false }: ExportOptions = {}): Promise<Buffer> {
  const { labels, scenes, facts, about } = layout(doc)
  const title = oneLine(doc.title)
  const author = oneLine(doc.author ?? '')
  const sheet = new Sheet({ title, author: author || 'Scenor', language: doc.language, made: new Date(doc.updated_at) })
  sheet.flow([{ text: title, ink: { size: SIZE.title, bold: true } }], 4)
  sheet.flow([{ text: facts.join(' · '), ink: grey }], 4)
  if (doc.is_demo) sheet.flow([{ text: labels.demo, ink: bold }], 4)
  if (doc.description) sheet.flow([{ text: printable(doc.description), ink }], 4)
  for (const { label, value } of about)
    sheet.flow(
      [
        { text: `${label}: `, ink: grey },
        { text: value, ink },
      ],
      2,
    )
  const columns = columnsOf(sheet, labels, storyboard ? { upright: isUpright(doc.platform) } : undefined)
  for (const scene of scenes) drawScene(sheet, scene, columns, labels)
  if (scenes.length === 0) sheet.flow([{ text: labels.empty, ink }])
  if (sheet.missing.size > 0) {
    sheet.y += 12
    sheet.flow([{ text: `${labels.noGlyphs}: ${codes(sheet.missing)}`, ink: small }])
  }
  return sheet.finish((page, pages) => {
    const foot = sheet.lines([{ text: `${labels.page} ${page} / ${pages}`, ink: small }], BODY_WIDTH)
    sheet.draw(foot, PAGE.left, PAGE.height - 34, BODY_WIDTH, 'center')
    if (page === 1) return
    const [name] = sheet.lines([{ text: title, ink: small }], BODY_WIDTH - 120)
    const which = sheet.lines([{ text: `${labels.version} ${doc.version} · ${facts.at(-1)}`, ink: small }], 120)
    if (name) sheet.draw([name], PAGE.left, 24, BODY_WIDTH)
    sheet.draw(which, PAGE.left, 24, BODY_WIDTH, 'end')
  })
}

const MAX_CODES = 40
/** `U+0985 U+0986 …`: the characters themselves cannot be shown. */
function codes(missing: ReadonlySet<string>): string {
  const named = [...missing]
    .slice(0, MAX_CODES)
    .map((char) => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
  return `${named.join(' ')}${missing.size > MAX_CODES ? ' …' : ''}`
}
