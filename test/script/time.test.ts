import { expect, test } from '@jest/globals'
import { jsonIn } from '../../llm/json-text.ts'
import { readBrief } from '../../writing/demo/topic.ts'
import { toDraft } from '../../script/draft.ts'
import { estimateScript } from '../../script/duration.ts'
import { requestFacts } from '../../script/facts.ts'

/** Texts on which expressions with nested or unbounded repetition take quadratic time or worse. */
const HOSTILE = [
  '<think>',
  '</think',
  '**a ',
  '[[',
  '[a](',
  '`a',
  '_a ',
  'a.',
  'a-',
  'a@',
  '1 111 ',
  '1,111,',
  '(пауза ',
  '«',
  ' ',
  '- ',
  'видео 1',
  'video ',
  'x: ',
  '.',
  '\ud800',
  'й',
]

/** What a text costs when it is this many times as long: linear work takes as many times as long, quadratic its square. */
const LONGER = 32
/** Between the two: no slow machine makes one of the other. */
const MAX_GROWTH = 200
/** Milliseconds below which a clock sees nothing but noise, and a text can be no danger. */
const NOTHING_MS = 100

/** Processor time of this process, milliseconds: what other processes do does not count. */
const cost = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
/** The least of some runs: collecting garbage and compiling only ever add to it. */
const least = (work: () => void): number => Math.min(...[1, 2, 3].map(() => cost(work)))

/** Doing it to a longer text must not cost more than its length explains. */
function grows(work: (times: number) => void): void {
  const long = least(() => work(LONGER))
  if (long <= NOTHING_MS) return
  const short = least(() => work(1))
  expect(long / Math.max(1, short)).toBeLessThan(MAX_GROWTH)
}
const tried = (work: () => void): void => {
  try {
    work()
  } catch {}
}

test.each(HOSTILE)('what a text of «%s» alone costs grows with its length and no faster', (piece) => {
  const text = (length: number) => piece.repeat(length / piece.length)
  const scenesOf = (times: number) => {
    const words = text(150 * times)
    const audio = [{ speaker: '', type: 'vo' as const, text: words }]
    const rows = Array.from({ length: 35 }, () => ({ visual: words, audio, on_screen_text: null, duration_s: 1 }))
    return [{ heading: '', beat: 'hook', rows }]
  }
  const draft = { description: null, audience: '', tone: [], hook: '', cta: '' }
  grows((n) => tried(() => toDraft({ ...draft, title: text(150 * n), scenes: scenesOf(n) }, { brief: text(250 * n) })))
  grows((n) => estimateScript(scenesOf(n)))
  grows((n) => requestFacts({ brief: text(250 * n) }))
  grows((n) => [readBrief(text(250 * n), 'ru'), readBrief(text(250 * n), 'en')])
  grows((n) => tried(() => jsonIn(text(60_000 * n))))
})

test('work that is quadratic is noticed', () => {
  const work = (times: number) => {
    let steps = 0
    for (let i = 0; i < 600 * times; i++) for (let k = 0; k < 600 * times; k++) steps += (i ^ k) & 1
    return steps
  }
  expect(() => grows(work)).toThrow()
})
