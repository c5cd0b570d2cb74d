const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WIDE = /^(?:\p{Extended_Pictographic}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul})/u

/** Cells that a text takes in a terminal: letters with marks are one, pictures and East Asian characters two. */
export function cells(text: string): number {
  let sum = 0
  for (const { segment } of graphemes.segment(text)) sum += WIDE.test(segment) ? 2 : 1
  return sum
}

/** Breaks a text into lines of at most that many cells, between words where it can. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph
      .split(/\s+/)
      .filter(Boolean)
      .flatMap((w) => pieces(w, width))) {
      const longer = line === '' ? word : `${line} ${word}`
      if (cells(longer) <= width) line = longer
      else {
        lines.push(line)
        line = word
      }
    }
    return [...lines, line]
  })
}

/** A word that is longer than the line, a URL say, is cut. */
function pieces(word: string, width: number): string[] {
  if (cells(word) <= width) return [word]
  const parts = ['']
  for (const { segment } of graphemes.segment(word)) {
    const last = parts.length - 1
    if (cells(`${parts[last]}${segment}`) > width) parts.push(segment)
    else parts[last] += segment
  }
  return parts
}

/** Two texts side by side. */
export function besides(left: string, right: string, width: number): string[] {
  const leftWidth = Math.floor((width - 3) / 2)
  const [l, r] = [wrap(left, leftWidth), wrap(right, width - 3 - leftWidth)]
  return Array.from({ length: Math.max(l.length, r.length) }, (_, i) => {
    const start = l[i] ?? ''
    return `${start}${' '.repeat(leftWidth - cells(start))} | ${r[i] ?? ''}`.trimEnd()
  })
}
