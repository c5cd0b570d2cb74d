import { expect, test } from '@jest/globals'
import { parseJson } from '../../activities/ai/answer.ts'
import { readBrief } from '../../activities/ai/demo/topic.ts'
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

const within = (ms: number, work: () => void): void => {
  const start = performance.now()
  work()
  expect(performance.now() - start).toBeLessThan(ms)
}

test.each(HOSTILE)('a text of «%s» alone takes no long time', (piece) => {
  const long = (length: number) => piece.repeat(length / piece.length)
  const rows = Array.from({ length: 35 }, () => ({
    visual: long(4_900),
    audio: [{ speaker: '', type: 'vo' as const, text: long(4_900) }],
    on_screen_text: null,
    duration_s: 1,
  }))
  const scenes = [{ heading: '', beat: 'hook', rows }]
  within(2_000, () => {
    try {
      toDraft(
        { title: long(5_000), description: null, audience: '', tone: [], hook: '', cta: '', scenes },
        { brief: long(8_000) },
      )
    } catch {}
  })
  within(2_000, () => void estimateScript(scenes))
  within(500, () => void requestFacts({ brief: long(8_000) }))
  within(500, () => void [readBrief(long(8_000), 'ru'), readBrief(long(8_000), 'en')])
  within(500, () => {
    try {
      parseJson(long(2_000_000))
    } catch {}
  })
})
