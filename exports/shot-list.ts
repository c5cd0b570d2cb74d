import { stringify } from 'csv-stringify/sync'
import type { Exported } from './format.ts'
import { audioLine, layout, printable } from './layout.ts'

const tenth = (s: number): string => String(Math.round(s * 10) / 10)

/**
 * The shot list as CSV: byte order mark, so that Excel reads UTF-8; semicolons in Russian, where Excel expects them; cells that a
 * spreadsheet would run as formulas begin with an apostrophe.
 */
export function toCsv(doc: Exported): string {
  const { labels, scenes } = layout(doc)
  const cells = scenes.flatMap(({ scene, heading, n, rows }) =>
    rows.map(({ row, n: k, start_s, end_s }) => [
      String(n),
      heading,
      labels.beat[scene.beat],
      String(k),
      tenth(start_s),
      tenth(end_s),
      tenth(row.duration_s),
      printable(row.visual),
      row.audio.map((a) => audioLine(a, labels)).join('\n'),
      printable(row.on_screen_text ?? ''),
    ]),
  )
  return stringify([labels.columns, ...cells], {
    bom: true,
    delimiter: doc.language.toLowerCase().startsWith('ru') ? ';' : ',',
    quoted: true,
    record_delimiter: '\r\n',
    escape_formulas: true,
  })
}
