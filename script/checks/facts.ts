import { claimsIn, heldBy } from '../claims/claims.ts'
import { heard, MIN_SAID, shareSaid } from '../claims/said.ts'
import { isLegalText } from '../law/marks.ts'
import { finding, notNeeded, spanOf, type Checked, type Finding } from './check.ts'
import { spokenOf, wordsOf } from './texts.ts'

/** Is everything said that had to be? Each point within one row. */
export function mustInclude({ must_include, rows }: Checked): Finding {
  if (must_include.length === 0) return notNeeded('Обязательных пунктов нет', 'There are no required points')
  const texts = rows.map((timed) => heard(wordsOf(timed)))
  const missing = must_include.filter((point) => {
    const share = shareSaid(point)
    return !texts.some((text) => share(text) >= MIN_SAID)
  })
  return finding(
    missing.length === 0,
    1 - missing.length / must_include.length,
    missing.length === 0 ? 'Все обязательные пункты есть' : `Не хватает: ${missing.join('; ')}`,
    missing.length === 0 ? 'All required points are there' : `Missing: ${missing.join('; ')}`,
  )
}

/**
 * Is every number, price, percentage, address and superlative from the order? What the law wants on the screen is no claim. A script
 * that nobody ordered is its author's word.
 */
export function inventedFact({ order_facts, must_include, cta, rows }: Checked): Finding {
  if (order_facts === null) return notNeeded('Заказа нет, сверять не с чем', 'There is no order to compare with')
  const isKnown = heldBy([...order_facts, ...must_include, cta])
  const spans = rows.flatMap((timed) => {
    const shown = timed.row.on_screen_text ?? ''
    const texts = [spokenOf(timed), isLegalText(shown) ? '' : shown]
    const invented = texts.flatMap((text) => claimsIn(text).filter((claim) => !isKnown(claim)))
    return [...new Set(invented.map(({ text }) => text))].map((text) => spanOf(timed, text))
  })
  const named = [...new Set(spans.map(({ text }) => text))].slice(0, 10).join('; ')
  return spans.length === 0
    ? finding(true, 1, 'Все факты взяты из заказа', 'All facts are from the order')
    : finding(
        false,
        1 - spans.length / Math.max(rows.length, spans.length + 1),
        `В заказе этого нет: ${named}`,
        `The order does not hold: ${named}`,
        spans,
      )
}
