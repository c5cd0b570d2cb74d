import { detectLanguage, lettersIn } from '../language.ts'
import { heard, MIN_SAID, shareSaid } from '../claims/said.ts'
import { findMentions } from '../wording.ts'
import { finding, notNeeded, spanOf, type Checked, type Finding } from './check.ts'
import { spokenOf, wordsOf } from './texts.ts'

/** Is the call to action heard or read in the last quarter? */
export function cta({ cta: call, rows, total_s }: Checked): Finding {
  if (call.trim() === '') return notNeeded('Призыв к действию не задан', 'No call to action was asked for')
  const end = rows.filter(({ end_s }) => end_s > total_s * 0.75).map(wordsOf)
  const score = shareSaid(call)(heard(end.join('\n')))
  return score >= MIN_SAID
    ? finding(true, score, 'Призыв звучит в последней четверти', 'The call to action is in the last quarter')
    : finding(
        false,
        score,
        `В последней четверти нет призыва «${call}»`,
        `The last quarter lacks the call to action “${call}”`,
      )
}

/** Does anything stand that had to be avoided? */
export function bannedWords({ must_avoid, rows }: Checked): Finding {
  if (must_avoid.length === 0) return notNeeded('Запретных слов не задано', 'No words were ruled out')
  const find = findMentions(must_avoid)
  const spans = rows.flatMap((timed) => find(wordsOf(timed)).map((text) => spanOf(timed, text)))
  const words = [...new Set(spans.map(({ text }) => text.toLowerCase()))].slice(0, 10).join(', ')
  return spans.length === 0
    ? finding(true, 1, 'Запретных слов нет', 'No ruled-out words')
    : finding(false, 1 - spans.length / rows.length, `Запретные слова: ${words}`, `Ruled-out words: ${words}`, spans)
}

/** Addresses, and names of firms and products in Latin letters: no language of the script. By words, so that no text takes long. */
const isName = (word: string): boolean =>
  /[/@]|\.\p{L}/u.test(word) || (/^[^\p{L}]*\p{Lu}/u.test(word) && !/\p{Script=Cyrillic}/u.test(word))
const withoutNames = (text: string): string =>
  text
    .split(/\s+/)
    .filter((word) => !isName(word))
    .join(' ')
/** Russian scripts hold Latin names, English ones hardly ever a Cyrillic word. */
const MIN_CYRILLIC_RU = 0.7
const MAX_CYRILLIC_EN = 0.1

/** Is it spoken in its language? Judged by letters; languages other than Russian and English are not judged. */
export function language({ language: tag, rows, must_include }: Checked): Finding {
  const primary = tag.toLowerCase().split('-')[0]
  const said = rows.map((timed) => ({ timed, text: spokenOf(timed) }))
  const whole = must_include.reduce(
    (text, point) => text.replaceAll(point, ' '),
    said.map(({ text }) => text).join(' '),
  )
  const letters = primary === 'ru' ? withoutNames(whole) : whole
  const { cyrillic, latin } = lettersIn(letters)
  if ((primary !== 'ru' && primary !== 'en') || cyrillic + latin === 0)
    return notNeeded('Язык не проверяется', 'The language is not judged')
  const share = cyrillic / (cyrillic + latin)
  const pass = primary === 'ru' ? share >= MIN_CYRILLIC_RU : share <= MAX_CYRILLIC_EN
  const foreign = said.filter(({ text }) => /\p{L}/u.test(text) && detectLanguage(text) !== primary)
  return finding(
    pass,
    primary === 'ru' ? share : 1 - share,
    pass ? 'Язык соблюдён' : `Язык сценария «${tag}», а кириллицы ${Math.round(share * 100)} %`,
    pass
      ? 'It is in its language'
      : `The script's language is “${tag}”, but ${Math.round(share * 100)}% of the letters are Cyrillic`,
    pass ? [] : foreign.map(({ timed, text }) => spanOf(timed, text)),
  )
}
