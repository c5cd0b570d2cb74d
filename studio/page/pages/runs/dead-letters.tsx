import { useSignal } from '@preact/signals'
import type { Routes } from '../../../../client/index.ts'
import { told, useAct, useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { s } from './state-words.ts'
import { second } from './words.ts'

type Letter = Routes['GET /admin/dead-letters']['answers'][200]['items'][number]

function Opened({ id }: { id: string }) {
  const answer = useAnswer(() => scenor.call('GET /admin/dead-letters/{id}', { params: { id } }), [id])
  const { data, error } = answer.value
  if (error !== undefined) return <p role="alert">{told(error)}</p>
  return (
    <pre class="paper" tabIndex={0} role="region" aria-label={id}>
      {data && JSON.stringify(data, null, 2)}
    </pre>
  )
}

function One({ letter, changed }: { letter: Letter; changed: (said: string) => void }) {
  const { id, place, topic, tries, state, reason, created_at } = letter
  const open = useSignal(false)
  const dropping = useSignal(false)
  const { busy, wrong, act } = useAct()
  const again = () =>
    act(async () => {
      await scenor.call('POST /admin/dead-letters/{id}/replay', { params: { id } })
      changed(s.againAsked)
    })
  const drop = () => {
    if (!dropping.value) return void (dropping.value = true)
    act(async () => {
      await scenor.call('DELETE /admin/dead-letters/{id}', { params: { id } })
      changed(s.dropped)
    })
  }
  return (
    <li class="paper">
      <h3>
        {topic} · {place}
      </h3>
      <p>
        {reason}
        <br />
        <small>
          {s[state]} · {second(created_at)}
          {tries !== null && ` · ${tries} ${s.tries}`}
        </small>
      </p>
      <details onToggle={(event) => (open.value = event.currentTarget.open)}>
        <summary>{s.show}</summary>
        {open.value && <Opened id={id} />}
      </details>
      <div class="row">
        <button onClick={again} disabled={busy.value}>
          {s.again}
        </button>
        <button onClick={drop} disabled={busy.value}>
          {dropping.value ? s.sure : s.drop}
        </button>
      </div>
      <p role="alert">{wrong}</p>
    </li>
  )
}

/** Messages that could not be handled and events that could not be sent. */
export function DeadLetters() {
  const round = useSignal(0)
  const said = useSignal('')
  const answer = useAnswer(() => scenor.call('GET /admin/dead-letters'), [round.value])
  const { data, error } = answer.value
  const changed = (what: string) => {
    said.value = what
    round.value += 1
  }
  return (
    <section aria-labelledby="dead">
      <h2 id="dead">{s.dead}</h2>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {data?.items.length === 0 && <p>{s.noDead}</p>}
      <p role="status">{said}</p>
      <ol class="steps">
        {data?.items.map((letter) => (
          <One key={letter.id} letter={letter} changed={changed} />
        ))}
      </ol>
    </section>
  )
}
