import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { AdminOperation } from '../../../../client/index.ts'
import { told, useAct, useTitle } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { money, t } from '../../words.ts'
import { AdminPage } from './admin.tsx'
import { Filters, KeepView, Views } from './filters.tsx'
import { useLive } from './live.ts'
import { Bulk } from './bulk.tsx'
import { queryOf } from './query.ts'
import { filterOf, type Filter } from './views.ts'
import { nameOf, r, second, statuses, took } from './words.ts'
import './runs.css'

/** Where the list would begin below what is seen: the filter is folded. */
const NARROW = 640
/** What is said of how it stands: a code where it failed. */
export const Standing = ({ operation: { status, error_code, stuck } }: { operation: AdminOperation }) => (
  <span class={`status ${status}`}>
    {error_code ?? statuses[status]}
    {stuck && ` · ${r.stuck}`}
  </span>
)

function Row({ operation, currency }: { operation: AdminOperation; currency: string }) {
  const { id, kind, stage, attempt, created_at, duration_ms, provider, model, cost_micros, calls, reason } = operation
  return (
    <tr>
      <td>
        <a href={`#/runs/run/${id}`}>{nameOf(kind, id)}</a>
      </td>
      <td data-label={r.status}>
        <Standing operation={operation} />
        {reason && <small>{reason}</small>}
      </td>
      <td data-label={r.stage}>
        {stage}
        {attempt > 1 && ` · ${r.attempt} ${attempt}`}
      </td>
      <td data-label={r.provider}>
        {provider && `${provider}/${model}`}
        {calls > 0 && <small>{`${calls} × · ${money(cost_micros, currency)}`}</small>}
      </td>
      <td data-label={r.accepted}>
        {second(created_at)}
        <small>{`${r.took} ${took(duration_ms)}`}</small>
      </td>
    </tr>
  )
}

function List({ filter }: { filter: Filter }) {
  const runs = useSignal(true)
  // Of one moment: a cursor belongs to it.
  const query = useMemo(() => queryOf(filter), [JSON.stringify(filter)])
  const answer = useLive(() => scenor.call('GET /admin/operations', { query }), [JSON.stringify(filter)], runs)
  const older = useSignal<readonly AdminOperation[]>([])
  const cursor = useSignal<string | null | undefined>(undefined)
  const { busy, wrong, act } = useAct()
  const { data, error, at } = answer.value
  const next = cursor.value === undefined ? (data?.next_cursor ?? null) : cursor.value
  /** From then on the list stands still: what moves on to an older page would be shown twice. */
  const more = () =>
    act(async () => {
      runs.value = false
      const page = await scenor.call('GET /admin/operations', { query: { ...query, cursor: next ?? undefined } })
      older.value = [...older.value, ...page.items]
      cursor.value = page.next_cursor
    })
  return (
    <section aria-labelledby="found">
      <div class="row">
        <h2 id="found">
          {r.runs}
          {data && ` · ${data.items.length + older.value.length}${next === null ? '' : '+'}`}
        </h2>
        <label class="check">
          <input
            type="checkbox"
            checked={runs.value}
            onChange={(event) => (runs.value = event.currentTarget.checked)}
          />
          {r.live}
        </label>
        {at && (
          <small>
            {r.refreshed} {second(at)}
          </small>
        )}
      </div>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data?.items.length === 0 && <p>{r.none}</p>}
      {data && data.items.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{r.run}</th>
              <th scope="col">{r.status}</th>
              <th scope="col">{r.stage}</th>
              <th scope="col">{r.provider}</th>
              <th scope="col">{r.accepted}</th>
            </tr>
          </thead>
          <tbody>
            {[...data.items, ...older.value].map((operation) => (
              <Row key={operation.id} operation={operation} currency={data.currency} />
            ))}
          </tbody>
        </table>
      )}
      {next !== null && (
        <p>
          <button onClick={more} disabled={busy.value}>
            {r.more}
          </button>
        </p>
      )}
      <p role="alert">{wrong}</p>
    </section>
  )
}

/** What runs in the installation. */
export function Runs({ where = '' }: { where?: string }) {
  const filter = filterOf(where)
  useTitle(() => r.runs)
  return (
    <AdminPage title={r.runs}>
      <Views filter={filter} />
      <details open={innerWidth > NARROW}>
        <summary>{r.filter}</summary>
        <Filters filter={filter} />
        <KeepView filter={filter} />
      </details>
      {!filter.q && <Bulk filter={filter} />}
      <List filter={filter} />
    </AdminPage>
  )
}
