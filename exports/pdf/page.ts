import PDFDocument from 'pdfkit'
import { FONTS, type FontName } from './fonts.ts'
import { linesOf, type Ink, type Line, type Measure, type Words } from './lines.ts'

/** A4 in points, and what stays free around the text. */
export const PAGE = { width: 595.28, height: 841.89, left: 40, right: 40, top: 48, bottom: 48 }
export const BODY_WIDTH = PAGE.width - PAGE.left - PAGE.right
export const BODY_END = PAGE.height - PAGE.bottom

export const GREY = '#5f6670'
const BLACK = '#000000'
const LINE_HEIGHT = 1.25
/** Where the baseline stands in a line, as a part of its height. */
const BASELINE = 0.78

export const heightOf = (lines: readonly Line[]): number => lines.reduce((sum, l) => sum + l.size * LINE_HEIGHT, 0)

/** The file of a face: the name that it has in the document too, so that no file is read twice. */
const faceOf = (font: FontName, { bold, italics }: Ink): string =>
  FONTS[font][bold ? (italics ? 'bolditalics' : 'bold') : italics ? 'italics' : 'normal']

export interface Info {
  readonly title: string
  readonly author: string
  readonly language: string
  readonly made: Date
}

/** A PDF that text is laid on from the top of a page to its end. All lengths are points, `y` counts from the top. */
export class Sheet {
  y = PAGE.top
  /** Characters that no font could draw. */
  readonly missing = new Set<string>()
  readonly #doc: PDFKit.PDFDocument
  readonly #bytes: Promise<Buffer>
  readonly #widths = new Map<string, Map<string, number>>()
  /** What is drawn next is drawn in it; none at the beginning of a page and after what was filled. */
  #color: string | undefined

  constructor({ title, author, language, made }: Info) {
    this.#doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      bufferPages: true,
      lang: language,
      info: { Title: title, Author: author, Creator: 'Scenor', Producer: 'Scenor', CreationDate: made, ModDate: made },
      // None to begin with: one that is opened under two names is opened anew with every use.
      font: '',
    })
    const parts: Buffer[] = []
    this.#doc.on('data', (part: Buffer) => parts.push(part))
    this.#bytes = new Promise((resolve, reject) => {
      this.#doc.on('end', () => resolve(Buffer.concat(parts)))
      this.#doc.on('error', reject)
    })
  }

  /** Kept for a size of 1, as widths grow with the size: words come again and again. */
  readonly #measure: Measure = (text, font, ink, rtl) => {
    const face = faceOf(font, ink)
    let known = this.#widths.get(face)
    if (!known) this.#widths.set(face, (known = new Map()))
    let width = known.get(text)
    if (width === undefined || rtl) {
      width = this.#doc
        .font(face)
        .fontSize(1)
        .widthOfString(text, rtl ? { features: [] } : {})
      if (!rtl) known.set(text, width)
    }
    return width * ink.size
  }

  lines(paragraph: readonly Words[], width: number): Line[] {
    return linesOf(paragraph, width, this.#measure, this.missing)
  }

  get left(): number {
    return BODY_END - this.y
  }

  newPage(): void {
    this.#doc.addPage()
    this.#color = undefined
    this.y = PAGE.top
  }

  /** Lines at a place, without moving on; right to left ones begin on the right. */
  draw(lines: readonly Line[], x: number, y: number, width: number, align: 'start' | 'end' | 'center' = 'start'): void {
    let top = y
    for (const line of lines) {
      const free = width - line.width
      const atEnd = align === 'end' || (align === 'start' && line.rtl)
      let at = x + (align === 'center' ? free / 2 : atEnd ? free : 0)
      for (const { text, font, ink, rtl, width: wide } of line.runs) {
        this.#doc.font(faceOf(font, ink)).fontSize(ink.size)
        const color = ink.color ?? BLACK
        if (color !== this.#color) this.#doc.fillColor(color)
        this.#color = color
        const options = { lineBreak: false, baseline: 'alphabetic' as const }
        const baseline = top + line.size * LINE_HEIGHT * BASELINE
        this.#doc.text(text, at, baseline, rtl ? { ...options, features: [] } : options)
        at += wide
      }
      top += line.size * LINE_HEIGHT
    }
  }

  /** A paragraph over the whole width, going on to the next page where it must. */
  flow(paragraph: readonly Words[], after = 0): void {
    for (const line of this.lines(paragraph, BODY_WIDTH)) {
      if (heightOf([line]) > this.left) this.newPage()
      this.draw([line], PAGE.left, this.y, BODY_WIDTH)
      this.y += heightOf([line])
    }
    this.y += after
  }

  box(x: number, y: number, width: number, height: number, color: string): void {
    this.#doc.rect(x, y, width, height).fill(color)
    this.#color = undefined
  }

  frame(x: number, y: number, width: number, height: number, color: string): void {
    this.#doc.lineWidth(0.75).rect(x, y, width, height).stroke(color)
  }

  rule(x1: number, y1: number, x2: number, y2: number, color: string): void {
    this.#doc.lineWidth(0.5).moveTo(x1, y1).lineTo(x2, y2).stroke(color)
  }

  /** The bytes, after what stands on every page was drawn. */
  finish(onPage: (page: number, pages: number) => void): Promise<Buffer> {
    const { count } = this.#doc.bufferedPageRange()
    for (let page = 0; page < count; page++) {
      this.#doc.switchToPage(page)
      this.#color = undefined
      onPage(page + 1, count)
    }
    this.#doc.end()
    return this.#bytes
  }
}
