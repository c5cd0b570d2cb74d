import type { Exported, ExportOptions } from './format.ts'
import { audioLine, audioParts, isUpright, layout, lengthsOf, oneLine, span } from './layout.ts'
import { xml } from './screenplay.ts'
import { zip } from './zip.ts'

/** A4 in twentieths of a point, margins of 2 cm. */
const PAGE = { width: 11_906, height: 16_838, margin: 1_134 }
/** What the margins leave. */
const BODY_WIDTH = PAGE.width - 2 * PAGE.margin
const WIDTH = { number: 650, time: 1_700, frame: { wide: 2_200, high: 1_150 } }
/** Widths of number, time, frames to draw in (if any), picture, sound; how high a row with such a frame is at least. */
interface Columns {
  readonly widths: readonly number[]
  readonly rowHeight?: number
}
function columnsOf(drawn: { readonly upright: boolean } | undefined): Columns {
  const frame = drawn && (drawn.upright ? WIDTH.frame.high : WIDTH.frame.wide)
  const wide = Math.floor((BODY_WIDTH - WIDTH.number - WIDTH.time - (frame ?? 0)) / 2)
  if (frame === undefined) return { widths: [WIDTH.number, WIDTH.time, wide, wide] }
  const rowHeight = Math.round(drawn?.upright ? (frame * 16) / 9 : (frame * 9) / 16)
  return { widths: [WIDTH.number, WIDTH.time, frame, wide, wide], rowHeight }
}
/**
 * Lines that a cell may have for its row to stay whole: under a page, of the widest letters. Some programs
 * lose what a whole row has below the page's end.
 */
const MAX_WHOLE = { lines: 40, widthOfLetter: 214 }
const isWhole = (paragraphs: readonly string[], width: number): boolean =>
  paragraphs
    .flatMap((text) => text.split('\n'))
    .reduce((lines, line) => lines + Math.ceil((line.length || 1) / Math.floor(width / MAX_WHOLE.widthOfLetter)), 0) <=
  MAX_WHOLE.lines

const run = (text: string, style = ''): string =>
  xml(text)
    .split('\n')
    .map(
      (line, i) =>
        `<w:r>${style && `<w:rPr>${style}</w:rPr>`}${i > 0 ? '<w:br/>' : ''}<w:t xml:space="preserve">${line}</w:t></w:r>`,
    )
    .join('')
const paragraph = (runs: string, style = ''): string =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}${runs}</w:p>`
const BOLD = '<w:b/>'
const ITALIC = '<w:i/>'
const GREY = '<w:color w:val="5F6670"/>'
const SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="EEF1F5"/>'
const SMALL = `${GREY}<w:sz w:val="16"/>`
const cell = (width: number, paragraphs: string, shade: string): string =>
  `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/>${shade}</w:tcPr>${paragraphs}</w:tc>`
interface RowStyle {
  readonly heading?: boolean
  readonly whole?: boolean
}
function tableRow(columns: Columns, cells: readonly string[], { heading = false, whole = true }: RowStyle): string {
  const { widths, rowHeight } = columns
  const atLeast = heading || rowHeight === undefined ? '' : `<w:trHeight w:val="${rowHeight}" w:hRule="atLeast"/>`
  const style = `${whole ? '<w:cantSplit/>' : ''}${atLeast}${heading ? '<w:tblHeader/>' : ''}`
  return `<w:tr><w:trPr>${style}</w:trPr>${cells.map((c, i) => cell(widths[i]!, c, heading ? SHADE : '')).join('')}</w:tr>`
}
const table = ({ widths }: Columns, rows: readonly string[]): string =>
  `<w:tbl><w:tblPr><w:tblStyle w:val="Script"/><w:tblW w:w="${widths.reduce((a, b) => a + b, 0)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${widths.map((w) => `<w:gridCol w:w="${w}"/>`).join('')}</w:tblGrid>${rows.join('')}</w:tbl>`

const NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

const TYPES = `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
const PACKAGE = `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELS}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
const DOCUMENT_RELS = `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELS}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="${RELS}/footer" Target="footer1.xml"/><Relationship Id="rId3" Type="${RELS}/settings" Target="settings.xml"/></Relationships>`

/** Word 2013 and later: a table begins at the margin with its border, not with its text. */
const SETTINGS = `${HEAD}<w:settings ${NS}><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

const heading = (id: string, name: string, size: number): string =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/></w:pPr><w:rPr><w:b/><w:sz w:val="${size}"/></w:rPr></w:style>`
const border = (side: string): string => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>`
const STYLES = `${HEAD}<w:styles ${NS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/><w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="60"/></w:pPr></w:style>${heading('Title', 'Title', 36)}${heading('Heading1', 'heading 1', 26)}<w:style w:type="table" w:styleId="Script"><w:name w:val="Script"/><w:tblPr><w:tblBorders>${['top', 'left', 'bottom', 'right', 'insideH', 'insideV'].map(border).join('')}</w:tblBorders><w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`

/** Word: a table of time, picture and sound for each scene; page numbers below. */
export function toDocx(doc: Exported, { storyboard = false }: ExportOptions = {}): Buffer {
  const columns = columnsOf(storyboard ? { upright: isUpright(doc.platform) } : undefined)
  const frame = storyboard ? [paragraph('')] : []
  const { labels, scenes, facts, about } = layout(doc)
  const body = [paragraph(run(oneLine(doc.title)), 'Title')]
  if (doc.is_demo) body.push(paragraph(run(labels.demo, BOLD)))
  if (doc.description) body.push(paragraph(run(doc.description)))
  body.push(paragraph(run(facts.join(' · '), GREY)))
  for (const { label, value } of about) body.push(paragraph(run(`${label}: `, GREY) + run(value)))
  for (const scene of scenes) {
    body.push(
      paragraph(
        run(`${scene.n}. ${scene.heading} (${labels.beat[scene.scene.beat]}, ${span(scene, labels)})`),
        'Heading1',
      ),
    )
    const rows = scene.rows.map((laid) => {
      const { row } = laid
      const shown = row.on_screen_text
        ? paragraph(run(`${labels.onScreen}: `, GREY) + run(row.on_screen_text, BOLD))
        : ''
      const heard = row.audio
        .map((a) => audioParts(a, labels))
        .map(({ who, said, spoken }) => paragraph(run(`${who}: `, BOLD) + run(said, spoken ? '' : ITALIC)))
        .join('')
      const times = [span(laid, labels), ...lengthsOf(laid, labels)].join('\n')
      const pictured = [row.visual, `${labels.onScreen}: ${row.on_screen_text ?? ''}`]
      const heardLines = row.audio.map((one) => audioLine(one, labels))
      const whole = [pictured, heardLines].every((lines) => isWhole(lines, columns.widths.at(-1)!))
      return tableRow(
        columns,
        [
          paragraph(run(laid.shot, BOLD)),
          paragraph(run(times, SMALL)),
          ...frame,
          paragraph(run(row.visual)) + shown,
          heard || paragraph(''),
        ],
        { whole },
      )
    })
    const named = storyboard ? [labels.storyboard] : []
    const head = [labels.shot, labels.time, ...named, labels.picture, labels.sound].map((label) =>
      paragraph(run(label, BOLD)),
    )
    // Word wants a paragraph between two tables and after the last one.
    if (rows.length > 0) body.push(table(columns, [tableRow(columns, head, { heading: true }), ...rows]), paragraph(''))
  }
  if (scenes.length === 0) body.push(paragraph(run(labels.empty)))
  const section = `<w:sectPr><w:footerReference xmlns:r="${RELS}" w:type="default" r:id="rId2"/><w:pgSz w:w="${PAGE.width}" w:h="${PAGE.height}"/><w:pgMar w:top="${PAGE.margin}" w:right="${PAGE.margin}" w:bottom="${PAGE.margin}" w:left="${PAGE.margin}" w:header="600" w:footer="600" w:gutter="0"/></w:sectPr>`
  const footer = `<w:p><w:pPr><w:jc w:val="center"/></w:pPr>${run(`${labels.page} `)}<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>${run(` ${labels.of} `)}<w:fldSimple w:instr="NUMPAGES"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>`
  const core = `${HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xml(oneLine(doc.title))}</dc:title><dc:creator>${xml(oneLine(doc.author ?? '') || 'Scenor')}</dc:creator><dc:language>${xml(doc.language)}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">${doc.updated_at}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${doc.updated_at}</dcterms:modified></cp:coreProperties>`
  return zip([
    ['[Content_Types].xml', TYPES],
    ['_rels/.rels', PACKAGE],
    ['docProps/core.xml', core],
    ['word/document.xml', `${HEAD}<w:document ${NS}><w:body>${body.join('')}${section}</w:body></w:document>`],
    ['word/_rels/document.xml.rels', DOCUMENT_RELS],
    ['word/styles.xml', STYLES],
    ['word/settings.xml', SETTINGS],
    ['word/footer1.xml', `${HEAD}<w:ftr ${NS}>${footer}</w:ftr>`],
  ])
}
