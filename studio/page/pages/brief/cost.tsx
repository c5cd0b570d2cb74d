import type { Signal } from '@preact/signals'
import type { Data, Routes } from '../../../../client/index.ts'
import { scenor } from '../../session.ts'
import { money, t } from '../../words.ts'
import { w } from './words.ts'

export type Cost = Data<'POST /ai/estimate'>

export const costOf = (body: Routes['POST /ai/estimate']['input']['body']): PromiseLike<Cost> =>
  scenor.call('POST /ai/estimate', { body })

export function saidOf({
  cost_micros_low: low,
  cost_micros_high: high,
  currency,
  remaining_micros,
  fits,
}: Cost): string {
  const rest = `${money(remaining_micros, currency)} ${t.left}`
  const most = low === high ? '' : `, ${w.atMost} ${money(high, currency)}`
  const costs = `${money(low, currency)}${most}; ${rest}`
  return fits ? `${w.costs} ${costs}` : `${t.noBudget}: ${costs}`
}

const KEPT = 'scenor.cap'
const MILLION = 1_000_000
const read = (text: string): number | undefined => (text === '' ? undefined : Number(text) * MILLION)

/** The cap of the last order, for the next one: who limits money does so every time. */
export const keptCap = (): number | undefined => read(localStorage.getItem(KEPT) ?? '')

/** The most that one order may cost, millionths; undefined: what the month allows. */
export const Cap = ({ cap, currency }: { cap: Signal<number | undefined>; currency: string }) => (
  <label>
    {w.cap}, {currency}
    <input
      name="cap"
      type="number"
      min={0}
      step="any"
      inputMode="decimal"
      aria-describedby="cap-hint"
      value={cap.value === undefined ? '' : cap.value / MILLION}
      onInput={({ currentTarget: { value } }) => {
        cap.value = read(value)
        localStorage.setItem(KEPT, value)
      }}
    />
    <small id="cap-hint">{w.capHint}</small>
  </label>
)
