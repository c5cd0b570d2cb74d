/** One bar: what it is called, and its parts from left to right. */
export interface Bar {
  readonly name: string
  readonly parts: readonly number[]
}

export interface Chart {
  readonly title: string
  readonly unit: string
  /** What the parts of each bar are, in their order; of a single one nothing is said. */
  readonly parts: readonly string[]
  readonly bars: readonly Bar[]
  /** A line that bars should not cross. */
  readonly limit?: number
}

const WIDTH = 720
const [LEFT, RIGHT, TOP, ROW, THICK] = [230, 80, 54, 26, 16]
const COLOURS = ['#1f6feb', '#1a7f37', '#9a6700', '#8250df']

const escape = (text: string) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)
const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}" ${more}>${escape(words)}</text>`
const figure = (value: number) => (value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString())

/** Horizontal bars as SVG, readable on a light page and a dark one. */
export function drawBars({ title, unit, parts, bars, limit }: Chart): string {
  const total = ({ parts }: Bar) => parts.reduce((sum, part) => sum + part, 0)
  const longest = Math.max(...bars.map(total), limit ?? 0) || 1
  const wide = (value: number) => (value / longest) * (WIDTH - LEFT - RIGHT)
  const height = TOP + bars.length * ROW + 12
  const legend = parts.length < 2 ? [] : parts
  const rows = bars.flatMap((bar, i) => {
    const y = TOP + i * ROW
    let x = LEFT
    const drawn = bar.parts.map((part, n) => {
      const from = x
      x += wide(part)
      return `<rect x="${from.toFixed(1)}" y="${y}" width="${wide(part).toFixed(1)}" height="${THICK}" fill="${COLOURS[n]}"/>`
    })
    return [
      text(LEFT - 8, y + THICK - 3, bar.name, 'text-anchor="end"'),
      ...drawn,
      text(x + 6, y + THICK - 3, figure(total(bar)), 'font-weight="600"'),
    ]
  })
  const bound =
    limit === undefined
      ? []
      : [
          `<line x1="${(LEFT + wide(limit)).toFixed(1)}" x2="${(LEFT + wide(limit)).toFixed(1)}" y1="${TOP - 6}" y2="${height - 8}" stroke="#d1242f" stroke-dasharray="4 3"/>`,
          text(LEFT + wide(limit), TOP - 10, `bar ${figure(limit)}`, 'text-anchor="middle" fill="#d1242f"'),
        ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2328" role="img">`,
    `<title>${escape(title)}</title><rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>`,
    text(16, 22, `${title}, ${unit}`, 'font-size="14" font-weight="600"'),
    ...legend.flatMap((name, n) => [
      `<rect x="${LEFT + n * 150}" y="31" width="10" height="10" fill="${COLOURS[n]}"/>`,
      text(LEFT + n * 150 + 15, 40, name),
    ]),
    ...bound,
    ...rows,
    '</svg>',
    '',
  ].join('\n')
}
