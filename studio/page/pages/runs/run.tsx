import { useSignal } from '@preact/signals'
import type { Routes } from '../../../../client/index.ts'
import { told, useAct, useTitle } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { money, t } from '../../words.ts'
import { AdminPage } from './admin.tsx'
import { BulkCounts } from './bulk.tsx'
import { Calls } from './calls.tsx'
import { useLive } from './live.ts'
import { WithReason } from './reason.tsx'
import { Standing } from './runs.tsx'
import { type kinds, nameOf, r, second, statuses, took } from './words.ts'
import './runs.css'

type Shown = Routes['GET /admin/operations/{id}']['answers'][200]

/** How it went, step after step. */
function Course({ timeline }: { timeline: Shown['timeline'] }) {
  if (timeline.length === 0) return null
  const began = Date.parse(timeline[0]?.at ?? '')
  return (
    <section aria-labelledby="course">
      <h2 id="course">{r.timeline}</h2>
      <ol class="course">
        {timeline.map(({ at, attempt, what }, i) => (
          <li key={i}>
            <time dateTime={at}>{i === 0 ? second(at) : `${r.after} ${took(Date.parse(at) - began)}`}</time>
            <span>
              {statuses[what as keyof typeof statuses] ?? what}
              {attempt > 1 && ` · ${r.attempt} ${attempt}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Facts({ run }: { run: Shown }) {
  const { operation, runbook, trace_url, workflow_url, paid_steps, retried_because } = run
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    [r.stage, `${operation.stage} · ${r.attempt} ${operation.attempt} · ${r.took} ${took(operation.duration_ms)}`],
    [r.person, <a href={`#/runs/where/${encodeURIComponent(`owner=${operation.owner_id}`)}`}>{operation.owner_id}</a>],
    [r.cost, operation.calls > 0 && `${operation.calls} × · ${money(operation.cost_micros, run.currency)}`],
    [r.workflow, <a href={workflow_url}>{r.webUi}</a>],
    [r.trace, trace_url === null ? operation.trace_id : <a href={trace_url}>{operation.trace_id}</a>],
    [r.runbook, runbook && <code>{runbook}</code>],
    [r.retried, retried_because],
    [r.paid, paid_steps.join(', ')],
  ]
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

const Found = ({ checks }: { checks: Shown['checks'] }) =>
  checks.length === 0 ? null : (
    <details>
      <summary>
        {r.checks} · {checks.filter(({ pass }) => pass).length} {r.of} {checks.length}
      </summary>
      <ul>
        {checks.map(({ check, pass }) => (
          <li key={check}>
            {check}: {pass ? r.passes : r.fails}
          </li>
        ))}
      </ul>
    </details>
  )

function Executions({ executions }: { executions: Shown['executions'] }) {
  if (!executions?.length) return null
  return (
    <section aria-labelledby="executions">
      <h2 id="executions">{r.executions}</h2>
      <ul class="cards">
        {executions.map(({ run_id, status, started_at, url }) => (
          <li key={run_id}>
            <a href={url}>{run_id}</a>
            <small>
              {status} · {second(started_at)}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** One operation, and what can be done with it. */
export function Run({ id }: { id: string }) {
  const runs = useSignal(true)
  const round = useSignal(0)
  const answer = useLive(() => scenor.call('GET /admin/operations/{id}', { params: { id } }), [id, round.value], runs)
  const { busy, wrong, act } = useAct()
  const name = nameOf(id.slice(0, id.indexOf('-')) as keyof typeof kinds, id)
  useTitle(() => name)
  const { data, error } = answer.value
  const stop = () =>
    act(async () => {
      await scenor.call('POST /admin/operations/{id}/cancel', { params: { id } })
      round.value += 1
    })
  const retry = async (reason: string) => {
    await scenor.call('POST /admin/operations/{id}/retry', { params: { id }, body: { reason } })
    round.value += 1
  }
  return (
    <AdminPage title={name}>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data && (
        <>
          <p role="status" class="note">
            <Standing operation={data.operation} />
            {data.operation.reason && `: ${data.operation.reason}`}
          </p>
          <Facts run={data} />
          {data.operation.cancellable && (
            <p>
              <button onClick={stop} disabled={busy.value}>
                {r.stop}
              </button>
            </p>
          )}
          {data.operation.retryable && <WithReason labels={[t.again]} work={retry} />}
          <p role="alert">{wrong}</p>
          {data.operation.kind === 'bulk' && <BulkCounts id={id} />}
          <Course timeline={data.timeline} />
          <Found checks={data.checks} />
          <Calls id={id} run={data} />
          <Executions executions={data.executions} />
        </>
      )}
    </AdminPage>
  )
}
