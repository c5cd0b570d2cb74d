import { useSignal } from '@preact/signals'
import type { Routes } from '../../../../client/index.ts'
import { told, useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { money, t } from '../../words.ts'
import { WithReason } from './reason.tsx'
import { r, took } from './words.ts'

type Repeated = Routes['POST /admin/operations/{id}/calls/{call_id}/repeat']['answers'][200]

function Answer({ again }: { again: Repeated }) {
  const { provider, model, currency, cost_micros, duration_ms, error_code, note, differences } = again
  return (
    <div role="status">
      <p>
        {provider}/{model} · {money(cost_micros, currency)} · {took(duration_ms)}
        {error_code !== null && <span class="status failed">{` · ${error_code}: ${note}`}</span>}
      </p>
      {differences?.length === 0 && <p>{r.asAnswered}</p>}
      {!!differences?.length && (
        <details>
          <summary>
            {r.differs} · {differences.length}
          </summary>
          <dl class="parted">
            {differences.map(({ path, was, is }) => (
              <div key={path}>
                <dt>{path}</dt>
                <dd>
                  <small>{r.was}</small> {was}
                </dd>
                <dd>
                  <small>{r.is}</small> {is}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {error_code === null && (
        <details>
          <summary>{r.wholeAnswer}</summary>
          <div class="paper" tabIndex={0} role="region" aria-label={r.wholeAnswer}>
            {again.answer}
          </div>
        </details>
      )}
    </div>
  )
}

/** Who could be asked, and for how much; then one of them is. */
function Ask({ id, call }: { id: string; call: string }) {
  const params = { id, call_id: call }
  const offers = useAnswer(() => scenor.call('GET /admin/operations/{id}/calls/{call_id}/offers', { params }), [call])
  const again = useSignal<Repeated | undefined>(undefined)
  const { data, error } = offers.value
  if (error !== undefined) return <p role="alert">{told(error)}</p>
  if (!data) return <p>{t.loading}</p>
  const ask = async (reason: string, given: FormData) => {
    const provider = String(given.get('provider'))
    const cap_micros = data.items.find((one) => one.provider === provider)?.cost_micros_high
    const body = { reason, provider, ...(cap_micros !== undefined && { cap_micros }) }
    again.value = undefined
    again.value = await scenor.call('POST /admin/operations/{id}/calls/{call_id}/repeat', { params, body })
  }
  return (
    <>
      <p>
        <small>{r.nothingKept}</small>
      </p>
      <WithReason labels={[r.askAgain]} work={ask}>
        <label>
          {r.provider}
          <select name="provider">
            {data.items.map(({ provider, model, priced, cost_micros_high }) => (
              <option key={provider} value={provider}>
                {`${provider}/${model}, ${priced ? `${r.atMost} ${money(cost_micros_high, data.currency)}` : r.unpriced}`}
              </option>
            ))}
          </select>
        </label>
      </WithReason>
      {again.value && <Answer again={again.value} />}
    </>
  )
}

/** One call once more; nobody is asked for prices before somebody wants to. */
export function Again({ id, call }: { id: string; call: string }) {
  const open = useSignal(false)
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{r.again}</summary>
      {open.value && <Ask id={id} call={call} />}
    </details>
  )
}
