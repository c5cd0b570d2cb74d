import { useSignal } from '@preact/signals'
import { told, useAct, useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { moment } from '../../words.ts'
import { words } from './words.ts'

/** A browser and a system as people call them; whatever else it says of itself as it says it. */
function called(agent: string | null): string {
  const [, browser] = /(Edg|OPR|YaBrowser|Firefox|Chrome|Safari)\//.exec(agent ?? '') ?? []
  const [, system] = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent ?? '') ?? []
  return [browser, system].filter(Boolean).join(', ') || agent || words.unknown
}

export function Sessions() {
  const round = useSignal(0)
  const said = useSignal('')
  const { busy, wrong, act } = useAct()
  const answer = useAnswer(() => scenor.call('GET /auth/sessions', { query: { limit: 100 } }), [round.value])
  const { data, error } = answer.value
  const end = (id: string) =>
    act(async () => {
      await scenor.call('DELETE /auth/sessions/{id}', { params: { id } })
      said.value = words.ended
      round.value += 1
    })
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{words.sessions}</h2>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      <p role="status">{said}</p>
      <ul class="cards">
        {data?.items.map(({ id, user_agent, ip, last_used_at, current }) => (
          <li key={id}>
            <div class="grow">
              {called(user_agent)} {current && <b>({words.here})</b>}
              <div>
                <small>{[ip, `${words.lastUsed} ${moment(last_used_at)}`].filter(Boolean).join(' · ')}</small>
              </div>
            </div>
            {!current && <Sure label={words.end} about={called(user_agent)} busy={busy.value} act={() => end(id)} />}
          </li>
        ))}
      </ul>
      <p role="alert">{wrong}</p>
    </section>
  )
}
