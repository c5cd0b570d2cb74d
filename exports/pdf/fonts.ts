import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Face {
  hasGlyphForCodePoint(codePoint: number): boolean
}
const require = createRequire(import.meta.url)
const fontkit = require('fontkit') as { create(bytes: Buffer): Face }
const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`))

type Weight = '400Regular' | '500Medium' | '700Bold' | '400Regular_Italic' | '500Medium_Italic'
/** A file of the packages that hold one family each: `noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf`. */
const google = (family: string, file: string, weight: Weight): string =>
  join(folderOf(`@expo-google-fonts/${family}`), weight, `${file}_${weight}.ttf`)
const dejavu = join(folderOf('dejavu-fonts-ttf'), 'ttf')
/** Has five weights where Google's package has nine of more bytes each; it tells no path but that of its code. */
const hans = join(dirname(require.resolve('@embedpdf/fonts-sc')), '../fonts')

interface Family {
  readonly normal: string
  readonly bold: string
  readonly italics: string
  readonly bolditalics: string
}
const upright = (normal: string, bold: string): Family => ({ normal, bold, italics: normal, bolditalics: bold })
const noto = (family: string, file: string): Family =>
  upright(google(family, file, '400Regular'), google(family, file, '700Bold'))

/**
 * The fonts of a PDF, embedded; in the order in which they are asked for a character that no script claims. Never a standard PDF font:
 * those have Latin only and garble the rest without a word. Roboto has Latin, Cyrillic and Greek; scripts for social networks are full of
 * emoji, and of arrows, check marks and other signs that only DejaVu has. The rest are read when a text needs them: the Chinese one is 8
 * MB.
 */
export const FONTS = {
  Roboto: {
    normal: google('roboto', 'Roboto', '400Regular'),
    bold: google('roboto', 'Roboto', '500Medium'),
    italics: google('roboto', 'Roboto', '400Regular_Italic'),
    bolditalics: google('roboto', 'Roboto', '500Medium_Italic'),
  },
  Emoji: noto('noto-emoji', 'NotoEmoji'),
  Signs: upright(join(dejavu, 'DejaVuSans.ttf'), join(dejavu, 'DejaVuSans-Bold.ttf')),
  Chinese: upright(join(hans, 'NotoSansHans-Regular.otf'), join(hans, 'NotoSansHans-Bold.otf')),
  Korean: noto('nanum-gothic', 'NanumGothic'),
  Hebrew: noto('noto-sans-hebrew', 'NotoSansHebrew'),
  Devanagari: noto('noto-sans-devanagari', 'NotoSansDevanagari'),
  Thai: noto('noto-sans-thai', 'NotoSansThai'),
} as const satisfies Record<string, Family>
export type FontName = keyof typeof FONTS
const NAMES = Object.keys(FONTS) as FontName[]

/**
 * Scripts that have a font of their own, which is asked first. Arabic is DejaVu's: Noto takes the dots off its letters as glyphs of their
 * own, and what is copied out of the file is then other letters.
 */
const SCRIPTS: readonly (readonly [RegExp, FontName])[] = [
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u, 'Chinese'],
  [/\p{Script=Hangul}/u, 'Korean'],
  [/\p{Script=Arabic}/u, 'Signs'],
  [/\p{Script=Hebrew}/u, 'Hebrew'],
  [/\p{Script=Devanagari}/u, 'Devanagari'],
  [/\p{Script=Thai}/u, 'Thai'],
]
/** Signs of no script, such as spaces and full stops. */
const NEUTRAL = /[\p{Script=Common}\p{Script=Inherited}]/u

/** Fonts that draw no signs between their letters. The space of the Korean one ends its file, and cannot be measured. */
const LETTERS_ALONE: ReadonlySet<FontName> = new Set(['Roboto', 'Emoji', 'Korean'])

/** Characters that every text has: nobody needs to be asked about them. */
const COMMON = /^[\n\x20-\x7e\u00a0-\u00ff\u0410-\u044f\u0401\u0451\u2013\u2014\u2018-\u201e\u2026\u2116]*$/
/** What stays with the character before it: variation selectors, joiners and tones of emoji, marks that combine. */
const JOINS = /[\u200c\u200d\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}\p{Mn}]/u

const faces = new Map<FontName, Face>()
function has(name: FontName, codePoint: number): boolean {
  let known = faces.get(name)
  if (!known) faces.set(name, (known = fontkit.create(readFileSync(FONTS[name].normal))))
  return known.hasGlyphForCodePoint(codePoint)
}

/** The font that draws a character; null when none does. */
function fontOf(char: string, before: FontName | undefined): FontName | null {
  const codePoint = char.codePointAt(0)!
  const own = SCRIPTS.find(([script]) => script.test(char))?.[1]
  if (own && has(own, codePoint)) return own
  const stays = before && !LETTERS_ALONE.has(before) && NEUTRAL.test(char) && !/\p{N}/u.test(char)
  if (stays && has(before, codePoint)) return before
  return NAMES.find((name) => has(name, codePoint)) ?? null
}

export interface FontRun {
  readonly text: string
  readonly font: FontName
}

/**
 * A text in pieces that one font can draw each.
 * @param missing gets the characters that no font has; Roboto draws an empty box for each
 */
export function fontRuns(text: string, missing?: Set<string>): FontRun[] {
  if (COMMON.test(text)) return [{ text, font: 'Roboto' }]
  const runs: { text: string; font: FontName }[] = []
  for (const char of text) {
    const last = runs.at(-1)
    const found = last && JOINS.test(char) ? last.font : char === '\n' ? 'Roboto' : fontOf(char, last?.font)
    if (found === null) missing?.add(char)
    const font = found ?? 'Roboto'
    if (last?.font === font) last.text += char
    else runs.push({ text: char, font })
  }
  return runs
}
