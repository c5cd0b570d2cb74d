import { useSignal } from '@preact/signals'
import type { Routes } from '../../../../client/index.ts'
import { told, useTitle } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { money, t } from '../../words.ts'
import { AdminPage } from './admin.tsx'
import { useLive } from './live.ts'
import { s } from './state-words.ts'
import { kinds, statuses, took } from './words.ts'
import './runs.css'

type OfKind = Routes['GET /admin/day']['answers'][200]['kinds'][number]

const Row = ({ of: { kind, accepted, ended, p50_s, p95_s } }: { of: OfKind }) => (
  <tr>
    <td>{kinds[kind]}</td>
    <td data-label={s.accepted}>{accepted}</td>
    <td data-label={s.ended}>
      {ended.map(({ status, error_code, count }) => (
        <div key={`${status} ${error_code}`}>
          {count} <span class={`status ${status}`}>{error_code ?? statuses[status]}</span>
        </div>
      ))}
    </td>
    <td data-label={s.half}>{p50_s === null ? '–' : took(p50_s * 1_000)}</td>
    <td data-label={s.most}>{p95_s === null ? '–' : took(p95_s * 1_000)}</td>
  </tr>
)

/** What a day came to. */
export function Day() {
  const runs = useSignal(true)
  const date = useSignal(new Date().toISOString().slice(0, 10))
  const answer = useLive(() => scenor.call('GET /admin/day', { query: { date: date.value } }), [date.value], runs)
  useTitle(() => s.day)
  const { data, error } = answer.value
  return (
    <AdminPage title={s.day}>
      <label class="date">
        {s.date}
        <input
          type="date"
          value={date.value}
          onChange={(event) => event.currentTarget.value && (date.value = event.currentTarget.value)}
        />
      </label>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data && (
        <>
          <p class="note">
            {s.money}: <strong>{money(data.settled_micros, data.currency)}</strong>
          </p>
          {data.kinds.length === 0 ? (
            <p>{s.nothing}</p>
          ) : (
            <table class="figures">
              <thead>
                <tr>
                  <th scope="col">{s.kind}</th>
                  <th scope="col">{s.accepted}</th>
                  <th scope="col">{s.ended}</th>
                  <th scope="col">{s.half}</th>
                  <th scope="col">{s.most}</th>
                </tr>
              </thead>
              <tbody>
                {data.kinds.map((of) => (
                  <Row key={of.kind} of={of} />
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </AdminPage>
  )
}
