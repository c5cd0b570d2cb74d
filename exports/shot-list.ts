import { stringify } from 'csv-stringify/sync'
import type { Exported } from './format.ts'
import { audioLine, clock, layout, printable, tenth } from './layout.ts'
import { seenIn } from './seen.ts'

/**
 * Rows as CSV: byte order mark, so that Excel reads UTF-8; semicolons in Russian, where Excel expects them beside decimal commas; cells
 * that a spreadsheet would run as formulas begin with an apostrophe.
 */
const csv = (rows: readonly (readonly string[])[], language: string): string =>
  stringify(
    rows.map((row) => [...row]),
    {
      bom: true,
      delimiter: language.toLowerCase().startsWith('ru') ? ';' : ',',
      quoted: true,
      record_delimiter: '\r\n',
      escape_formulas: true,
    },
  )

/** The script as a table: a line for each row. */
export function toCsv(doc: Exported): string {
  const { labels, scenes } = layout(doc)
  const cells = scenes.flatMap(({ scene, heading, n, rows }) =>
    rows.map(({ row, n: k, start_s, end_s }) => [
      String(n),
      heading,
      labels.beat[scene.beat],
      String(k),
      tenth(start_s, labels),
      tenth(end_s, labels),
      tenth(row.duration_s, labels),
      printable(row.visual),
      row.audio.map((a) => audioLine(a, labels)).join('\n'),
      printable(row.on_screen_text ?? ''),
    ]),
  )
  return csv([labels.columns, ...cells], doc.language)
}

/** What is to be shot: a line for each row with its number, what is seen, when, where, and with what. */
export function toShotList(doc: Exported): string {
  const { labels, scenes } = layout(doc)
  const cells = scenes.flatMap(({ heading, rows }) =>
    rows.map(({ row, shot, start_s, end_s }) => {
      const { place, props } = seenIn(row.visual, heading)
      return [
        shot,
        heading,
        printable(row.visual),
        clock(start_s, labels),
        tenth(end_s - start_s, labels),
        tenth(row.duration_s, labels),
        place,
        props,
        printable(row.on_screen_text ?? ''),
      ]
    }),
  )
  return csv([labels.shotColumns, ...cells], doc.language)
}
