import type { Exported } from './format.ts'
import { audioParts, layout, oneLine, span } from './layout.ts'
import { xml } from './screenplay.ts'
import { zip } from './zip.ts'

/** A4 in twentieths of a point, margins of 2 cm. */
const PAGE = { width: 11_906, height: 16_838, margin: 1_134 }
/** Time, picture, sound: they add up to what the margins leave. */
const COLUMNS = [1_100, 4_119, 4_419]

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
const cell = (width: number, paragraphs: string): string =>
  `<w:tc><w:tcPr><w:tcW w:w="${width}" w:type="dxa"/></w:tcPr>${paragraphs}</w:tc>`
const tableRow = (cells: readonly string[], heading = false): string =>
  `<w:tr><w:trPr><w:cantSplit/>${heading ? '<w:tblHeader/>' : ''}</w:trPr>${cells.map((c, i) => cell(COLUMNS[i]!, c)).join('')}</w:tr>`
const table = (rows: readonly string[]): string =>
  `<w:tbl><w:tblPr><w:tblStyle w:val="Script"/><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${COLUMNS.map((w) => `<w:gridCol w:w="${w}"/>`).join('')}</w:tblGrid>${rows.join('')}</w:tbl>`

const NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

const TYPES = `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
const PACKAGE = `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELS}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
const DOCUMENT_RELS = `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELS}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="${RELS}/footer" Target="footer1.xml"/></Relationships>`

const heading = (id: string, name: string, size: number): string =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/></w:pPr><w:rPr><w:b/><w:sz w:val="${size}"/></w:rPr></w:style>`
const border = (side: string): string => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>`
const STYLES = `${HEAD}<w:styles ${NS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/><w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="60"/></w:pPr></w:style>${heading('Title', 'Title', 36)}${heading('Heading1', 'heading 1', 26)}<w:style w:type="table" w:styleId="Script"><w:name w:val="Script"/><w:tblPr><w:tblBorders>${['top', 'left', 'bottom', 'right', 'insideH', 'insideV'].map(border).join('')}</w:tblBorders><w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`

/** Word: a table of time, picture and sound for each scene; page numbers below. */
export function toDocx(doc: Exported): Buffer {
  const { labels, scenes, facts, about } = layout(doc)
  const body = [paragraph(run(oneLine(doc.title)), 'Title')]
  if (doc.is_demo) body.push(paragraph(run(labels.demo, BOLD)))
  if (doc.description) body.push(paragraph(run(doc.description)))
  body.push(paragraph(run(facts.join(' · '), GREY)))
  for (const { label, value } of about) body.push(paragraph(run(`${label}: `, GREY) + run(value)))
  for (const scene of scenes) {
    body.push(
      paragraph(run(`${scene.n}. ${scene.heading} (${labels.beat[scene.scene.beat]}, ${span(scene)})`), 'Heading1'),
    )
    const rows = scene.rows.map(({ row, ...times }) => {
      const shown = row.on_screen_text
        ? paragraph(run(`${labels.onScreen}: `, GREY) + run(row.on_screen_text, BOLD))
        : ''
      const heard = row.audio
        .map((a) => audioParts(a, labels))
        .map(({ who, said, spoken }) => paragraph(run(`${who}: `, BOLD) + run(said, spoken ? '' : ITALIC)))
        .join('')
      return tableRow([paragraph(run(span(times), GREY)), paragraph(run(row.visual)) + shown, heard || paragraph('')])
    })
    const head = [labels.time, labels.picture, labels.sound].map((label) => paragraph(run(label, GREY)))
    // Word wants a paragraph between two tables and after the last one.
    if (rows.length > 0) body.push(table([tableRow(head, true), ...rows]), paragraph(''))
  }
  if (scenes.length === 0) body.push(paragraph(run(labels.empty)))
  const section = `<w:sectPr><w:footerReference xmlns:r="${RELS}" w:type="default" r:id="rId2"/><w:pgSz w:w="${PAGE.width}" w:h="${PAGE.height}"/><w:pgMar w:top="${PAGE.margin}" w:right="${PAGE.margin}" w:bottom="${PAGE.margin}" w:left="${PAGE.margin}" w:header="600" w:footer="600" w:gutter="0"/></w:sectPr>`
  const footer = `<w:p><w:pPr><w:jc w:val="center"/></w:pPr>${run(`${labels.page} `)}<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>`
  const core = `${HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xml(oneLine(doc.title))}</dc:title><dc:creator>Scenor</dc:creator><dc:language>${xml(doc.language)}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">${doc.updated_at}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${doc.updated_at}</dcterms:modified></cp:coreProperties>`
  return zip([
    ['[Content_Types].xml', TYPES],
    ['_rels/.rels', PACKAGE],
    ['docProps/core.xml', core],
    ['word/document.xml', `${HEAD}<w:document ${NS}><w:body>${body.join('')}${section}</w:body></w:document>`],
    ['word/_rels/document.xml.rels', DOCUMENT_RELS],
    ['word/styles.xml', STYLES],
    ['word/footer1.xml', `${HEAD}<w:ftr ${NS}>${footer}</w:ftr>`],
  ])
}
