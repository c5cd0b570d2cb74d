import { readFileSync, writeFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { Fountain } from 'fountain-js'
import { FORMAT_NAMES, type Exported, type Format } from '../../exports/format.ts'
import { render } from '../../exports/render.ts'
import { ENGLISH, RUSSIAN } from './document.ts'

/** `UPDATE_GOLDEN=1` writes the files anew: read the difference before committing it. */
const golden = (name: string, actual: string): void => {
  const path = new URL(`./golden/${name}`, import.meta.url)
  if (process.env['UPDATE_GOLDEN']) writeFileSync(path, actual)
  expect(actual).toBe(readFileSync(path, 'utf8'))
}

const text = async (format: Format, doc: Exported) => (await render(format, doc)).toString('utf8')

/** The text of each page, in reading order. */
async function pdfText(bytes: Buffer): Promise<string[]> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0, useSystemFonts: false }).promise
  const pages: string[] = []
  for (let n = 1; n <= pdf.numPages; n++) {
    const content = await (await pdf.getPage(n)).getTextContent()
    pages.push(content.items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''))
  }
  await pdf.destroy()
  return pages
}

/** The entries of a zip file by name. */
function unzip(bytes: Buffer): Record<string, string> {
  const files: Record<string, string> = {}
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const [size, name, extra] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)]
    const from = at + 30 + name + extra
    files[bytes.toString('utf8', at + 30, at + 30 + name)] = inflateRawSync(bytes.subarray(from, from + size)).toString(
      'utf8',
    )
    at = from + size
  }
  return files
}

describe.each([
  ['ru', RUSSIAN],
  ['en', ENGLISH],
])('a script in %s', (language, doc) => {
  test.each(['md', 'txt', 'json', 'fountain', 'fdx', 'srt', 'vtt', 'csv', 'prompter', 'shotlist'] as const)(
    'as %s is what it was',
    async (format) => {
      golden(`${language}.${format}`, await text(format, doc))
    },
  )

  test('as pdf has all its text', async () => {
    golden(`${language}.pdf.txt`, (await pdfText(await render('pdf', doc))).join('\f'))
  })

  test('as docx has all its text', async () => {
    const files = unzip(await render('docx', doc))
    expect(Object.keys(files)[0]).toBe('[Content_Types].xml')
    golden(`${language}.docx.xml`, files['word/document.xml']!)
  })

  test.each(FORMAT_NAMES)('gives the same bytes for the same version as %s', async (format) => {
    expect((await render(format, doc)).equals(await render(format, structuredClone(doc)))).toBe(true)
  })
})

test('every font of a pdf is embedded, none is a standard one', async () => {
  const bytes = (await render('pdf', RUSSIAN)).toString('latin1')
  expect(bytes).toMatch(/\/FontFile2/)
  expect(bytes).not.toMatch(/\/BaseFont \/(?:Helvetica|Times|Courier|Symbol|ZapfDingbats)/)
})

test('a row that is higher than a page is in the pdf whole', async () => {
  const row = RUSSIAN.scenes[0]!.rows[0]!
  const tall = {
    ...row,
    visual: 'Кадр. '.repeat(800),
    audio: [{ speaker: '', type: 'vo' as const, text: 'Слово. '.repeat(9_000) }],
  }
  const pages = await pdfText(
    await render('pdf', { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [row, tall, row] }] }),
  )
  const count = (word: string) => pages.join('').match(new RegExp(word, 'g'))?.length
  expect([count('Кадр'), count('Слово'), count('Боря|Диктор')]).toEqual([800, 9_000, 3])
})

test('a text without any space is in the pdf whole, no character cut in two', async () => {
  const row = { ...RUSSIAN.scenes[0]!.rows[0]!, visual: `x${'😀'.repeat(2_400)}` }
  const pages = await pdfText(await render('pdf', { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [row] }] }))
  expect(pages.join('').match(/😀/gu)).toHaveLength(2_400)
})

test('signs and emoji are drawn by fonts that have them', async () => {
  const signs = 'было → стало ✓ ★ ₸ 🔥 👍🏽 ❤️'
  const bytes = await render('pdf', { ...RUSSIAN, description: signs })
  const fonts = bytes.toString('latin1').match(/\/BaseFont \/\w+\+[\w-]+/g)!
  expect([...new Set(fonts.map((name) => name.split('+')[1]))].toSorted()).toEqual([
    'DejaVuSans',
    'NotoEmoji-Regular',
    'Roboto-Italic',
    'Roboto-Medium',
    'Roboto-Regular',
  ])
  for (const sign of ['→', '✓', '★', '₸', '🔥', '❤']) expect((await pdfText(bytes)).join('')).toContain(sign)
})

test('fountain is read as it was meant: forced headings, actions and characters, no Cyrillic action taken for dialogue', async () => {
  const { tokens } = new Fountain().parse(await text('fountain', RUSSIAN), true)
  const of = (type: string) => tokens!.filter((t) => t.type === type).map((t) => t.text)
  expect(of('scene_heading')).toHaveLength(2)
  expect(of('character')).toEqual(['Диктор (ЗК)', 'Аня', 'Боря'])
  expect(of('dialogue')).toHaveLength(3)
  expect(of('action').join('\n')).toContain('кружка на столе')
})

test('a heading with # keeps it, and the number of its scene', async () => {
  const doc = { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, heading: 'Хит #2# и #3' }] }
  const heading = new Fountain()
    .parse(await text('fountain', doc), true)
    .tokens!.find((t) => t.type === 'scene_heading')
  expect(heading).toMatchObject({ text: 'СЦЕНА 1. Хит #2# и #3', scene_number: '1' })
})

test.each([
  ['a row', {}],
  ['a row beside a frame', { storyboard: true }],
])(
  '%s of Word is kept on one page only where any page can hold it: programs lose what is below its end',
  async (_, options) => {
    const wholeWith = async (text: string) => {
      const row = { ...RUSSIAN.scenes[0]!.rows[0]!, visual: '', audio: [{ speaker: '', type: 'vo' as const, text }] }
      const doc = { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [row] }] }
      const [, last] = unzip(await render('docx', doc, options))
        ['word/document.xml']!.split('<w:tr>')
        .slice(1)
      return last!.includes('<w:cantSplit/>')
    }
    expect(await wholeWith('Слово. '.repeat(30))).toBe(true)
    for (const text of ['Ш'.repeat(700), 'Слово.\n'.repeat(60), 'ЩУКА '.repeat(200)])
      expect([text.slice(0, 6), await wholeWith(text)]).toEqual([text.slice(0, 6), false])
  },
)

test('cells that a spreadsheet would run are neutralised', async () => {
  const row = RUSSIAN.scenes[0]!.rows[0]!
  for (const visual of ['=1+1', '+1', '-1', '@SUM(A1)']) {
    const doc = { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [{ ...row, visual }] }] }
    expect(await text('csv', doc)).toContain(`"'${visual}"`)
  }
})

test('characters that XML forbids are left out, those that it reserves are escaped', async () => {
  const doc = { ...RUSSIAN, title: 'a\u0007\u001b\ufffe\u202e & <b> "c"' }
  expect(await text('fdx', doc)).toContain('<Text>a &amp; &lt;b&gt; &quot;c&quot;</Text>')
  expect(unzip(await render('docx', doc))['word/document.xml']).toContain('a &amp; &lt;b&gt; &quot;c&quot;')
})

test('an empty script is a file in every format', async () => {
  for (const format of FORMAT_NAMES)
    expect(Buffer.isBuffer(await render(format, { ...RUSSIAN, scenes: [] }))).toBe(true)
})
