import type { Language } from '../../language.ts'
import { fold } from '../fold.ts'
import { ADDRESS } from '../reading.ts'
import type { AdLawRow } from '../law/ad-law.ts'
import { isAdvertising, isLegalText, lawsFor } from '../law/marks.ts'
import type { TimedRow } from '../timeline.ts'
import { mentionsAny } from '../wording.ts'
import { finding, notNeeded, spanOf, type Checked, type Finding, type Span } from './check.ts'
import { wordsOf } from './texts.ts'

const TOKEN = /(?<!\p{L})erid(?!\p{L})/iu
/** Somebody is named beside the mark: a form of company, a tax number, or words in quotation marks. */
const ADVERTISER =
  /(?<!\p{L})(?:ООО|АО|ПАО|ИП|НКО|ИНН|LLC|Ltd|Inc|GmbH)(?!\p{L})|рекламодател|advertiser|sponsored by|[«"“][^»"”]+[»"”]/iu

interface Part extends Readonly<Record<Language, string>> {
  readonly there: boolean
}

/** What the law wants to be seen, and whether it is: the words, and for as long as they must be. */
function partsOf(law: AdLawRow, rows: readonly TimedRow[]): Part[] {
  const { id, shown, words, seconds } = law
  if (shown === null || words === null) return []
  const seen = rows.filter(({ row }) => row.on_screen_text !== null && shown.test(fold(row.on_screen_text)))
  if (id === 'mark_en') return [{ there: seen.length > 0, ru: 'пометка «Реклама»', en: 'the mark “Ad”' }]
  if (id === 'mark') {
    const has = (pattern: RegExp) => seen.some(({ row }) => pattern.test(row.on_screen_text ?? ''))
    return [
      { there: seen.length > 0, ru: 'пометка «Реклама»', en: 'the mark “Ad”' },
      { there: has(ADVERTISER), ru: 'рекламодатель или ИНН', en: 'the advertiser' },
      { there: has(TOKEN), ru: 'erid', en: 'erid' },
    ]
  }
  const long = seen.some(({ start_s, end_s }) => end_s - start_s >= (seconds ?? 0) - 0.05)
  const time: Record<Language, string> =
    seconds === null ? { ru: '', en: '' } : { ru: ` (от ${seconds} с)`, en: ` (${seconds} s or more)` }
  return [{ there: long, ru: `«${words}»${time.ru}`, en: `“${words}”${time.en}` }]
}

/** Words in Latin letters on the screen of a Russian advertisement that are no address and no name of the order. */
function foreignWords({ rows, must_include, order_facts, cta }: Checked): Span[] {
  const isOrdered = mentionsAny(
    [...must_include, ...(order_facts ?? []), cta].flatMap((t) => t.match(/[A-Za-z][\w-]+/g) ?? []),
  )
  return rows.flatMap((timed) =>
    [
      ...(timed.row.on_screen_text ?? '')
        .replace(ADDRESS, ' ')
        .matchAll(/(?<![\p{L}\d])(?:[a-z]{3,}|[A-Z]{3,})(?![\p{L}\d])/gu),
    ]
      .filter(([word]) => word !== 'erid' && !isOrdered(word))
      .map(([word]) => spanOf(timed, word)),
  )
}

/**
 * Do advertisements show on the screen what the law wants there: the mark, and the warning of their category? Slots and words are
 * looked for, and what its author should ask a lawyer is said; it is no legal verdict.
 */
export function disclosure(checked: Checked): Finding {
  const { kind, language, platform, rows, cta, must_include, order_facts, disclosure: said } = checked
  if (!isAdvertising(kind) && !said) return notNeeded('Маркировка не нужна', 'No advertising mark is needed')
  // What stands there by law names a category too («не является лекарственным средством»).
  const heard = rows
    .filter(({ row }) => !isLegalText(row.on_screen_text ?? ''))
    .flatMap((timed) => [wordsOf(timed), timed.row.visual])
  const texts = [cta, ...must_include, ...(order_facts ?? []), ...heard]
  const laws = lawsFor({ language, platform, texts }, said ?? '')
  const parts = laws.flatMap((law) => partsOf(law, rows))
  const missing = parts.filter(({ there }) => !there)
  const foreign = laws.some(({ id }) => id === 'foreign_words') ? foreignWords(checked) : []
  const hints = laws.filter(({ id, words }) => words === null && (id !== 'foreign_words' || foreign.length > 0))
  const hinted = (of: Language): string => hints.map(({ hint }) => `. ${hint[of]}`).join('')
  return finding(
    missing.length === 0,
    1 - missing.length / parts.length,
    (missing.length === 0
      ? 'Реклама помечена на экране'
      : `На экране не хватает: ${missing.map((m) => m.ru).join(', ')}`) + hinted('ru'),
    (missing.length === 0
      ? 'The advertising is marked on the screen'
      : `The screen lacks: ${missing.map((m) => m.en).join(', ')}`) + hinted('en'),
    foreign,
  )
}
