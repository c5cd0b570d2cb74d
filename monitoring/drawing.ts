import type { Panel, Unit } from './dashboards.ts'
import type { Line } from './query.ts'

/** A panel with what its lines showed. */
export interface Drawn {
  readonly panel: Panel
  readonly lines: readonly { readonly legend: string; readonly values: Line['values'] }[]
}

/** The time that all panels show, seconds of Unix time, and the seconds between two points: where more are missing, a line breaks. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly stepS: number
}

const WIDTH = 520
const HEIGHT = 190
const LEGEND_ROW = 16
/** Lines that a picture shows, in two columns; a legend of thirty helps nobody. */
const SHOWN = 6
const COLUMNS = 2
const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700', '#8250df', '#0b7285']
const LEFT = 64
const TOP = 30

const escape = (text: string) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)
const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x}" y="${y}" ${more}>${escape(words)}</text>`

/** A figure as an axis shows it. */
function figure(value: number, unit: Unit): string {
  if (unit === 'percentunit') return `${Number((value * 100).toPrecision(3))} %`
  if (unit === 'bytes') return `${Math.round(value / 1024 / 1024)} MiB`
  const known = Number(value.toPrecision(2))
  const words: Partial<Record<Unit, string>> = { s: ' s', d: ' d', reqps: '/s', ops: '/s' }
  return `${Math.abs(known) >= 1_000 ? `${known / 1_000} k` : known}${words[unit] ?? ''}`
}

/** A line where there are points, each stretch of its own; a point alone is a dot. */
function pathOf(values: Line['values'], stepS: number, x: (t: number) => string, y: (v: number) => string): string {
  return values
    .map(([t, v], i) => {
      const before = values[i - 1]
      const begins = before === undefined || t - before[0] > 1.5 * stepS
      return `${begins ? `M${x(t)} ${y(v)}h0` : ''}L${x(t)} ${y(v)}`
    })
    .join('')
}

/** Where the lines of one panel run, and what they are called. */
function drawPanel({ panel, lines }: Drawn, { from, to, stepS }: Span): string {
  const mean = (values: Line['values']) => values.reduce((sum, [, v]) => sum + v, 0) / Math.max(1, values.length)
  const some = lines.toSorted((a, b) => mean(b.values) - mean(a.values)).slice(0, SHOWN)
  const top = Math.max(...some.flatMap(({ values }) => values).map(([, v]) => v), 0) || 1
  const x = (t: number) => (LEFT + ((t - from) / (to - from)) * (WIDTH - LEFT - 16)).toFixed(0)
  const y = (v: number) => (TOP + (1 - v / top) * (HEIGHT - TOP - 24)).toFixed(1)
  const grid = [0, 0.5, 1].map(
    (part) =>
      `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(top * part)}" y2="${y(top * part)}" stroke="#d0d7de"/>` +
      text(LEFT - 6, Number(y(top * part)) + 4, figure(top * part, panel.unit), 'text-anchor="end" fill="#57606a"'),
  )
  const minutes = Array.from({ length: Math.floor((to - from) / 60) + 1 }, (_, n) =>
    text(Number(x(from + n * 60)), HEIGHT - 10, `${n} min`, 'text-anchor="middle" fill="#57606a" font-size="9"'),
  )
  const drawn = some.map(
    ({ values }, i) =>
      `<path d="${pathOf(values, stepS, x, y)}" fill="none" stroke="${COLOURS[i]}" stroke-width="1.5" stroke-linecap="round"/>`,
  )
  const legend = some.map(({ legend: name }, i) => {
    const left = LEFT + (i % COLUMNS) * ((WIDTH - LEFT) / COLUMNS)
    const at = HEIGHT + 6 + Math.floor(i / COLUMNS) * LEGEND_ROW
    return `<rect x="${left}" y="${at - 6}" width="10" height="3" fill="${COLOURS[i]}"/>${text(left + 14, at - 1, shortened(name))}`
  })
  const none = some.length === 0 ? [text(LEFT + 8, HEIGHT / 2, 'nothing of this happened', 'fill="#57606a"')] : []
  return [text(12, 18, panel.title, 'font-weight="600"'), ...grid, ...minutes, ...drawn, ...legend, ...none].join('\n')
}

const shortened = (name: string): string => (name.length > 32 ? `${name.slice(0, 31)}…` : name)

/** A dashboard as SVG, two panels in a row. */
export function drawDashboard(title: string, panels: readonly Drawn[], span: Span): string {
  const row = HEIGHT + (SHOWN / COLUMNS) * LEGEND_ROW + 14
  const height = 44 + Math.ceil(panels.length / 2) * row
  const placed = panels.map(
    (panel, i) =>
      `<g transform="translate(${(i % 2) * WIDTH} ${44 + Math.floor(i / 2) * row})">\n${drawPanel(panel, span)}\n</g>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * 2} ${height}" font-family="sans-serif" font-size="11" fill="#1f2328">`,
    `<title>${escape(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>`,
    text(12, 28, title, 'font-size="18" font-weight="600"'),
    ...placed,
    '</svg>\n',
  ].join('\n')
}

/** `{{label}}` filled in by what a series says. */
export const legendOf = (legend: string, metric: Line['metric']): string =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim()
