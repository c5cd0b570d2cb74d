import { useSignal } from '@preact/signals'
import type { Routes } from '../../../../client/index.ts'
import { told, useTitle } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { t } from '../../words.ts'
import { AdminPage } from './admin.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { useLive } from './live.ts'
import { s } from './state-words.ts'
import { second, took } from './words.ts'
import './runs.css'

type State = Routes['GET /admin/state']['answers'][200]

const Providers = ({ providers }: { providers: State['providers'] }) => (
  <section aria-labelledby="providers">
    <h2 id="providers">{s.providers}</h2>
    <ul class="cards">
      {providers.map(({ name, model, is_demo, healthy, reason, changed_at }) => (
        <li key={name}>
          <span>
            {name}
            {!is_demo && ` · ${model}`}
          </span>
          <span>
            <span class={`status ${healthy ? 'succeeded' : 'failed'}`}>{healthy ? s.works : s.fails}</span>
            {reason && ` · ${reason}`}
            {changed_at && <small> {second(changed_at)}</small>}
          </span>
        </li>
      ))}
    </ul>
  </section>
)

const waits = (n: number, oldest_s: number) => (n === 0 ? '0' : `${n} · ${s.oldest} ${took(oldest_s * 1_000)}`)

const Waiting = ({ services }: { services: State['services'] }) => (
  <section aria-labelledby="waiting">
    <h2 id="waiting">{s.waiting}</h2>
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">{s.service}</th>
          <th scope="col">{s.open}</th>
          <th scope="col">{s.starts}</th>
          <th scope="col">{s.unsent}</th>
          <th scope="col">{s.setAside}</th>
          <th scope="col">{s.dead}</th>
        </tr>
      </thead>
      <tbody>
        {services.map((of) => (
          <tr key={of.service}>
            <td>{of.service}</td>
            <td data-label={s.open}>{of.open}</td>
            <td data-label={s.starts}>{waits(of.starts, of.starts_oldest_s)}</td>
            <td data-label={s.unsent}>{waits(of.unsent, of.unsent_oldest_s)}</td>
            <td data-label={s.setAside}>{of.set_aside}</td>
            <td data-label={s.dead}>{of.dead_letters ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

const Schedules = ({ schedules }: { schedules: State['schedules'] }) => (
  <section aria-labelledby="schedules">
    <h2 id="schedules">{s.schedules}</h2>
    {schedules === null ? (
      <p>{s.away}</p>
    ) : (
      <ul class="cards">
        {schedules.map(({ id, exists, paused, note, last_success_at, next_at }) => (
          <li key={id}>
            <span>
              {id}
              {paused && ` · ${s.paused}${note ? `: ${note}` : ''}`}
              {!exists && ` · ${s.absent}`}
            </span>
            <small>
              {s.lastRun} {last_success_at ? second(last_success_at) : s.never}
              {next_at && ` · ${s.nextRun} ${second(next_at)}`}
            </small>
          </li>
        ))}
      </ul>
    )}
  </section>
)

const Processes = ({ processes }: { processes: State['processes'] }) =>
  processes.length === 0 ? null : (
    <section aria-labelledby="processes">
      <h2 id="processes">{s.processes}</h2>
      <ul class="cards">
        {processes.map(({ role, host, pid, version, started_at }) => (
          <li key={`${host} ${pid}`}>
            <span>
              {role} · {version}
            </span>
            <small>
              {host} · {pid} · {s.started} {second(started_at)}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )

/** What works and what waits. */
export function InstallationState() {
  const runs = useSignal(true)
  const answer = useLive(() => scenor.call('GET /admin/state'), [], runs)
  useTitle(() => s.title)
  const { data, error, at } = answer.value
  return (
    <AdminPage title={s.title}>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data && (
        <>
          <p>
            <small>
              {s.asOf} {second(at)}
            </small>
          </p>
          <Providers providers={data.providers} />
          <Waiting services={data.services} />
          <DeadLetters />
          <Schedules schedules={data.schedules} />
          <Processes processes={data.processes} />
        </>
      )}
    </AdminPage>
  )
}
