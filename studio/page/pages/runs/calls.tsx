import { useSignal } from '@preact/signals'
import type { Routes } from '../../../../client/index.ts'
import { scenor } from '../../session.ts'
import { money } from '../../words.ts'
import { Again } from './again.tsx'
import { WithReason } from './reason.tsx'
import { r, second, took } from './words.ts'

type Run = Routes['GET /admin/operations/{id}']['answers'][200]
type Call = Run['calls'][number]
type Texts = Routes['POST /admin/operations/{id}/texts']['answers'][200]

const Facts = ({ call, currency }: { call: Call; currency: string }) => (
  <p>
    {second(call.started_at)} · {call.provider}/{call.model} · {call.prompt}
    <br />
    {call.input_tokens} + {call.output_tokens} {r.tokens}
    {call.usage_estimated && ` (${r.estimated})`} · {call.priced ? money(call.cost_micros, currency) : r.unpriced}
    {call.duration_ms !== null && ` · ${took(call.duration_ms)}`}
    {!!call.first_token_ms && ` · ${r.pieces} ${took(call.first_token_ms)}`}
  </p>
)

function Said({ texts }: { texts: Texts['calls'][number] }) {
  return (
    <>
      {(texts.messages ?? [{ role: '', content: r.textsGone }]).map(({ role, content }, i) => (
        <details key={i} open={role === 'user'}>
          <summary>{role}</summary>
          <div class="paper" tabIndex={0} role="region" aria-label={role}>
            {content}
          </div>
        </details>
      ))}
      {texts.answer !== null && (
        <details open>
          <summary>assistant</summary>
          <div class="paper" tabIndex={0} role="region" aria-label="assistant">
            {texts.answer}
          </div>
        </details>
      )}
    </>
  )
}

/** Each request to a model; what it said is shown after a reason alone, which is kept. */
export function Calls({ id, run: { calls, currency } }: { id: string; run: Run }) {
  const texts = useSignal<Texts | undefined>(undefined)
  const read = async (reason: string) => {
    texts.value = await scenor.call('POST /admin/operations/{id}/texts', { params: { id }, body: { reason } })
  }
  if (calls.length === 0) return null
  return (
    <section aria-labelledby="calls">
      <h2 id="calls">{r.calls}</h2>
      <ol class="steps">
        {calls.map((call) => {
          const said = texts.value?.calls.find((one) => one.id === call.id)
          return (
            <li key={call.id} class="paper">
              <h3>
                {call.step} · {r.attempt} {call.attempt} ·{' '}
                <span class={`status ${call.outcome === 'stop' ? 'succeeded' : 'failed'}`}>
                  {call.outcome ?? r.unanswered}
                </span>
              </h3>
              {call.note && <p>{call.note}</p>}
              <Facts call={call} currency={currency} />
              {said && <Said texts={said} />}
              {call.has_texts && <Again id={id} call={call.id} />}
            </li>
          )
        })}
      </ol>
      {!!texts.value?.findings.length && (
        <ul>
          {texts.value.findings.map(({ check, reason }) => (
            <li key={check}>
              {check}: {reason}
            </li>
          ))}
        </ul>
      )}
      {!texts.value && <WithReason labels={[r.read]} work={read} />}
    </section>
  )
}
