import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Face {
  hasGlyphForCodePoint(codePoint: number): boolean
}
const require = createRequire(import.meta.url)
const fontkit = require('fontkit') as { create(bytes: Buffer): Face }
const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`))

const roboto = join(folderOf('pdfmake'), 'fonts', 'Roboto')
const emoji = folderOf('@expo-google-fonts/noto-emoji')
const dejavu = join(folderOf('dejavu-fonts-ttf'), 'ttf')
const face = (normal: string, bold: string, italics = normal, bolditalics = bold) => ({
  normal,
  bold,
  italics,
  bolditalics,
})

/**
 * The fonts of a PDF, embedded; in the order in which they are asked for a character. Never a standard PDF font: those have Latin only
 * and garble the rest without a word. Roboto has Latin, Cyrillic and Greek; scripts for social networks are full of emoji, and of arrows,
 * check marks and other signs that only DejaVu has.
 */
export const FONTS = {
  Roboto: face(
    join(roboto, 'Roboto-Regular.ttf'),
    join(roboto, 'Roboto-Medium.ttf'),
    join(roboto, 'Roboto-Italic.ttf'),
    join(roboto, 'Roboto-MediumItalic.ttf'),
  ),
  Emoji: face(join(emoji, '400Regular', 'NotoEmoji_400Regular.ttf'), join(emoji, '700Bold', 'NotoEmoji_700Bold.ttf')),
  Signs: face(join(dejavu, 'DejaVuSans.ttf'), join(dejavu, 'DejaVuSans-Bold.ttf')),
} as const
type FontName = keyof typeof FONTS

/** Characters that every text has: nobody needs to be asked about them. */
const COMMON = /^[\n\x20-\x7e\u00a0-\u00ff\u0410-\u044f\u0401\u0451\u2013\u2014\u2018-\u201e\u2026\u2116]*$/
/** What stays with the character before it: variation selectors and joiners of emoji. */
const JOINS = /[\u200d\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]/u

const faces = new Map<FontName, Face>()
function has(name: FontName, codePoint: number): boolean {
  let known = faces.get(name)
  if (!known) faces.set(name, (known = fontkit.create(readFileSync(FONTS[name].normal))))
  return known.hasGlyphForCodePoint(codePoint)
}
/** What no font has (a line break, Chinese) is the first's: nothing, or the empty box that it draws. */
const fontOf = (char: string): FontName =>
  (Object.keys(FONTS) as FontName[]).find((name) => has(name, char.codePointAt(0)!)) ?? 'Roboto'

export interface FontRun {
  readonly text: string
  readonly font?: FontName
}

/** A text in pieces that one font can draw each. */
export function fontRuns(text: string): FontRun[] {
  if (COMMON.test(text)) return [{ text }]
  const runs: { text: string; font: FontName }[] = []
  for (const char of text) {
    const last = runs.at(-1)
    const font = last && JOINS.test(char) ? last.font : fontOf(char)
    if (last?.font === font) last.text += char
    else runs.push({ text: char, font })
  }
  return runs
}
