import { expect, test } from '@jest/globals'
import { cuesOf } from '../../exports/subtitles.ts'
import type { Exported } from '../../exports/format.ts'
import { spokenPieces } from '../../script/remarks.ts'
import { isSpoken } from '../../script/script.ts'
import { RUSSIAN } from './document.ts'
import { MARKS, randomScripts } from './random.ts'
import { read, type Cue } from './readers.ts'

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const count = (text: string) => [...graphemes.segment(text)].length
/** What players show: without the joiners that keep marks apart. */
const shown = (text: string) => text.replaceAll('\u2060', '')
const letters = (text: string) => shown(text).replace(/[\s\u0085–—-]/g, '')
const rowOf = (text: string, speaker = 'Аня') => ({
  ...RUSSIAN.scenes[0]!.rows[0]!,
  audio: [{ speaker, type: 'vo' as const, text }],
  on_screen_text: null,
  duration_s: 0,
})
const scriptOf = (...scenes: (readonly ReturnType<typeof rowOf>[])[]): Exported => ({
  ...RUSSIAN,
  scenes: scenes.map((rows) => ({ ...RUSSIAN.scenes[0]!, rows: [...rows] })),
})
const cuesFor = (...texts: string[]) =>
  cuesOf(scriptOf(texts.map((text) => rowOf(text)))).map(({ lines }) => lines.join('\n'))

const scripts = randomScripts(30, { words: MARKS, maxWords: 25 })
const spokenOf = (doc: Exported) =>
  doc.scenes
    .flatMap(({ rows }) => rows.flatMap(({ audio }) => audio.filter(isSpoken)))
    .flatMap(({ text }) => spokenPieces(text.replace(/\s+/g, ' ')).flatMap((p) => (p.kind === 'speech' ? p.text : [])))
    .join(' ')

function expectFit(cues: readonly Cue[], language: string): void {
  const [width, perSecond] = language === 'ru' ? [39, 17] : [42, 20]
  let last = 0
  const faults = cues.flatMap(([start, end, text]) => {
    const lines = shown(text).split('\n')
    const speed = count(lines.join(' ')) / ((end - start) / 1_000)
    const found = {
      lines: lines.length > 2,
      wide: lines.some((line) => count(line) > width),
      overlap: start < last,
      short: end - start < 833,
      long: end - start > 7_001,
      fast: speed > perSecond + 0.05,
    }
    last = end
    return Object.values(found).includes(true) ? [{ text, ...found }] : []
  })
  expect(faults).toEqual([])
}

test('random scripts as SubRip: two lines, long enough, slow enough, in order, and every word is shown by players', async () => {
  for (const [i, { pysrt, pysubs2, ffmpeg }] of (await read('srt', scripts.slice(0, 10))).entries()) {
    const doc = scripts[i]!
    expectFit(pysrt, doc.language)
    const said = letters(spokenOf(doc).replaceAll('{', '(').replaceAll('}', ')'))
    for (const read of [pysrt, pysubs2, ffmpeg]) expect(letters(read.map(([, , text]) => text).join(' '))).toBe(said)
  }
})

test('random scripts as WebVTT: the same, by webvtt-py', async () => {
  for (const [i, { webvtt }] of (await read('vtt', scripts)).entries()) {
    expectFit(webvtt, scripts[i]!.language)
    expect(letters(webvtt.map(([, , text]) => text).join(' '))).toBe(letters(spokenOf(scripts[i]!)))
  }
})

test('marks of HTML and ASS are shown as they were written', async () => {
  const [file] = await read('srt', [scriptOf([rowOf('Закройте тег </div> и </b>, путь C:\\New, тогда --> дальше.')])])
  for (const cues of [file!.pysubs2, file!.ffmpeg])
    expect(shown(cues.map(([, , text]) => text).join(' ')).replace(/\s+/g, ' ')).toBe(
      'Закройте тег </div> и </b>, путь C:\\New, тогда --> дальше.',
    )
})

test.each([
  ['Встречаемся в 2026 г. на ул. Ленина, д. 5, там и чай, и т. д. и кофе.', 2],
  ['Smith et al. came on Jan. 5 to see it, and left on Dec. 7 at 5 p.m. again.', 2],
  ['Call Dr. Smith at 5 p.m. Monday, he lives on Main St. near No. 7.', 2],
])('a sentence does not end at an abbreviation: %s', (text, most) => {
  const cues = cuesFor(text)
  expect(cues.length).toBeLessThanOrEqual(most)
  for (const cue of cues) expect(cue).not.toMatch(/(?:г|ул|д|т|Dr|St|No|al|Jan|Dec)\.$/)
})

test('remarks and pauses are not shown, and a pause is waited for', () => {
  const cues = cuesOf(scriptOf([rowOf('(вздыхает) Ну что ж, начинаем. (пауза 3 с) [смех] Поехали на дачу вместе!')]))
  expect(cues.map(({ lines }) => lines.join(' '))).toEqual(['Ну что ж, начинаем.', 'Поехали на дачу вместе!'])
  expect(cues[1]!.start_s - cues[0]!.end_s).toBeCloseTo(3, 0)
})

test('short replies stand together, each of two speakers on a line', () => {
  const cues = cuesOf(
    scriptOf([rowOf('Да.', 'Аня'), rowOf('Нет.', 'Боря'), rowOf('Тогда давайте начнём наш разговор сначала.', 'Боря')]),
  )
  expect(cues[0]!.lines[0]).toBe('– Да.')
  expect(cues[0]!.lines[1]).toMatch(/^– Нет\./)
  expect(cues.flatMap(({ lines }) => lines).join(' ')).toBe('– Да. – Нет. Тогда давайте начнём наш разговор сначала.')
  for (const { start_s, end_s } of cues) expect(end_s - start_s).toBeGreaterThanOrEqual(5 / 6)
})

test('words that are read together stay together', () => {
  const text = 'Новый электрический чайник стоит у нас 1 990 ₽, и это меньше, чем в прошлом году.'
  expect(
    cuesFor(text)
      .flatMap((cue) => cue.split('\n'))
      .some((line) => line.includes('1 990 ₽')),
  ).toBe(true)
})

test('long words and emoji are cut between characters as people see them', () => {
  const family = '👩‍👩‍👧‍👦'
  for (const line of cuesFor(family.repeat(90)).flatMap((cue) => cue.split('\n'))) {
    expect(line.replaceAll(family, '')).toBe('')
    expect(count(line)).toBeLessThanOrEqual(39)
  }
})

test('a text as long as a scenario takes is cut in seconds of the processor', () => {
  const from = process.cpuUsage()
  cuesOf(scriptOf(Array.from({ length: 20 }, () => rowOf('Слово, и ещё одно слово. '.repeat(1_800)))))
  expect(process.cpuUsage(from).user).toBeLessThan(10_000_000)
})
