import { heightOf, PAGE, BODY_END, type Sheet } from './page.ts'
import type { Line } from './lines.ts'

const RULE = '#c9ced6'
const FRAME = '#9aa1ab'
const PADDING = { x: 5, top: 3, bottom: 4 }
/** Lines of a row that is broken over pages: fewer than these are not left alone at the foot. */
const MIN_LINES = 3

export interface Column {
  readonly width: number
  /** An empty box at the top of each of its cells, points. */
  readonly frame?: { readonly width: number; readonly height: number }
}
interface Row {
  /** For each column. */
  readonly cells: readonly (readonly Line[])[]
}
export interface Table {
  readonly columns: readonly Column[]
  /** Draws what stands above the rows, at `sheet.y`, and moves on; again on every page that the table goes on to. */
  readonly head: (again: boolean) => void
  /** Points that the head takes. */
  readonly headHeight: number
  readonly rows: readonly Row[]
}

/** Width of a column within its padding. */
export const innerWidth = (column: Column): number => column.width - 2 * PADDING.x

const rowHeight = (cells: Row['cells'], frame = 0): number =>
  Math.max(...cells.map(heightOf), frame) + PADDING.top + PADDING.bottom
const frameHeight = (columns: readonly Column[]): number => Math.max(...columns.map(({ frame }) => frame?.height ?? 0))

/** As many of the lines as fit into a height. */
function fitting(lines: readonly Line[], height: number): number {
  let used = 0
  let n = 0
  while (n < lines.length && used + heightOf([lines[n]!]) <= height) used += heightOf([lines[n++]!])
  return n
}

/**
 * A table over pages. A row that a page can hold stays whole; a higher one is broken between lines, in all its columns at once, so that
 * nothing of it is ever below the page's end. The head never stands at the foot of a page alone.
 */
export function drawTable(sheet: Sheet, { columns, head, headHeight, rows }: Table): void {
  const page = BODY_END - PAGE.top - headHeight
  const least = (row: Row | undefined): number => {
    if (!row) return 0
    const height = rowHeight(row.cells, frameHeight(columns))
    if (height <= page) return height
    const first = row.cells.flatMap((lines) => (lines.length > 0 ? heightOf(lines.slice(0, MIN_LINES)) : 0))
    return Math.max(...first, frameHeight(columns)) + PADDING.top + PADDING.bottom
  }
  if (headHeight + least(rows[0]) > sheet.left) sheet.newPage()
  head(false)
  for (const row of rows) {
    if (least(row) > sheet.left) {
      sheet.newPage()
      head(true)
    }
    drawRow(sheet, columns, row.cells, () => {
      sheet.newPage()
      head(true)
    })
  }
}

function drawRow(sheet: Sheet, columns: readonly Column[], cells: Row['cells'], turnPage: () => void): void {
  let rest = cells
  let shown = columns
  for (;;) {
    const room = sheet.left - PADDING.top - PADDING.bottom
    const counts = rest.map((lines) => fitting(lines, room))
    const part = rest.map((lines, i) => lines.slice(0, counts[i]))
    rest = rest.map((lines, i) => lines.slice(counts[i]))
    drawCells(sheet, shown, part)
    // A frame belongs to the row, not to each of its pages.
    shown = columns.map(({ width }) => ({ width }))
    if (rest.every((lines) => lines.length === 0)) return
    turnPage()
  }
}

function drawCells(sheet: Sheet, columns: readonly Column[], cells: Row['cells']): void {
  const height = rowHeight(cells, frameHeight(columns))
  let x = PAGE.left
  for (const [i, column] of columns.entries()) {
    sheet.draw(cells[i]!, x + PADDING.x, sheet.y + PADDING.top, innerWidth(column))
    const { frame } = column
    if (frame)
      sheet.frame(x + (column.width - frame.width) / 2, sheet.y + PADDING.top + 1, frame.width, frame.height, FRAME)
    x += column.width
    if (i < columns.length - 1) sheet.rule(x, sheet.y, x, sheet.y + height, RULE)
  }
  sheet.y += height
  sheet.rule(PAGE.left, sheet.y, x, sheet.y, RULE)
}
