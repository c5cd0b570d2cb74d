import { expect, test } from '@jest/globals'
import type { Exported } from '../../exports/format.ts'
import { render } from '../../exports/render.ts'
import { RUSSIAN } from './document.ts'
import { expectWhole, WIDE } from './pages.ts'
import { randomScripts } from './random.ts'
import { read } from './readers.ts'

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The rectangles that are drawn as lines on each page, points from its upper left corner. */
async function framesOf(bytes: Buffer): Promise<Box[][]> {
  const { getDocument, OPS } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0, useSystemFonts: false }).promise
  const pages: Box[][] = []
  for (let n = 1; n <= pdf.numPages; n++) {
    const { fnArray, argsArray } = await (await pdf.getPage(n)).getOperatorList()
    pages.push(
      fnArray.flatMap((operator, i) => {
        if (operator !== OPS.constructPath) return []
        const [drawn, , bounds] = argsArray[i] as [number, unknown, Float32Array]
        const [left, top, right, bottom] = bounds as unknown as [number, number, number, number]
        return drawn === OPS.stroke && bottom - top > 1 && right - left > 1 ? [{ left, top, right, bottom }] : []
      }),
    )
  }
  await pdf.destroy()
  return pages
}

const rowsOf = (doc: Exported) => doc.scenes.reduce((n, { rows }) => n + rows.length, 0)

test.each([
  ['vk', 16 / 9],
  ['shorts', 9 / 16],
] as const)(
  'on %s each row of a PDF has one empty frame of the picture’s shape, on the page, and no word is lost or in it',
  async (platform, shape) => {
    const scripts = randomScripts(3, { words: WIDE, maxWords: 20 }, 50).map((doc) => ({ ...doc, platform }))
    const files = await read('pdf', scripts, 'pdf', { storyboard: true })
    for (const [i, doc] of scripts.entries()) {
      const pages = files[i]!
      expectWhole(doc, pages)
      const frames = await framesOf(await render('pdf', doc, { storyboard: true }))
      expect(frames.flat()).toHaveLength(rowsOf(doc))
      for (const [n, { width, height, words }] of pages.entries())
        for (const { left, top, right, bottom } of frames[n]!) {
          expect((right - left) / (bottom - top)).toBeCloseTo(shape, 2)
          expect([left > 39, right < width - 39, top > 39, bottom < height - 39]).toEqual([true, true, true, true])
          const inside = words.filter(
            ([xMin, yMin, xMax, yMax]) => xMax > left && xMin < right && yMax > top + 2 && yMin < bottom - 2,
          )
          expect(inside.map(([, , , , text]) => text)).toEqual([])
        }
    }
  },
)

test('a row that goes over pages has its frame once, where it begins', async () => {
  const row = { ...RUSSIAN.scenes[0]!.rows[0]!, visual: 'Кадр. '.repeat(2_000) }
  const doc = { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [row] }] }
  const frames = await framesOf(await render('pdf', doc, { storyboard: true }))
  expect(frames.length).toBeGreaterThan(2)
  expect(frames.map((page) => page.length)).toEqual([1, ...frames.slice(1).map(() => 0)])
})

test('a Word file has the column too, empty, beside what it has without', async () => {
  const docs = [RUSSIAN, ...randomScripts(10, { words: WIDE }, 70)]
  const plain = await read('docx', docs)
  const drawn = await read('docx', docs, 'docx', { storyboard: true })
  for (const [i, doc] of docs.entries()) {
    expect(drawn[i]!.paragraphs).toEqual(plain[i]!.paragraphs)
    expect(drawn[i]!.rows.map((cells) => cells.toSpliced(2, 1))).toEqual(plain[i]!.rows)
    const heads = drawn[i]!.rows.map((cells) => cells[2]).filter((text) => text !== '')
    expect(new Set(heads).size).toBeLessThanOrEqual(1)
    expect(heads).toHaveLength(doc.scenes.filter(({ rows }) => rows.length > 0).length)
  }
})

test('without being asked for no page has a frame', async () => {
  expect((await framesOf(await render('pdf', RUSSIAN))).flat()).toEqual([])
})
