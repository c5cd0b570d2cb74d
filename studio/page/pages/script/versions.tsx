import { told, useAct, useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { moment, t } from '../../words.ts'
import { w } from './words.ts'

export function Versions({
  id,
  current,
  canRestore,
  restored,
}: {
  id: string
  current: number
  canRestore: boolean
  restored: () => void
}) {
  const { busy, wrong, act } = useAct()
  const answer = useAnswer(
    () => scenor.call('GET /scenarios/{id}/versions', { params: { id }, query: { limit: 50 } }),
    [id, current],
  )
  const restore = (n: number) =>
    act(async () => {
      await scenor.call('POST /scenarios/{id}/versions/{n}/restore', { params: { id, n } })
      restored()
    })
  const { data, error } = answer.value
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">{t.versions}</h2>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      <ul class="cards">
        {data?.items.map(({ n, created_at, origin, message }) => (
          <li key={n}>
            <span>
              {t.version} {n} {n === current && `(${t.current})`}
              <small>
                {' '}
                {moment(created_at)} · {w[origin]} {message}
              </small>
            </span>
            <span class="row">
              {n > 1 && (
                <a href={`#/scripts/${id}/changes/${n}`} aria-label={`${t.compare}: ${t.version} ${n}`}>
                  {t.compare}
                </a>
              )}
              {n !== current && (
                <a href={`#/scripts/${id}/changes/${n}/${current}`} aria-label={`${w.withNow}: ${t.version} ${n}`}>
                  {w.withNow}
                </a>
              )}
              {n !== current && canRestore && (
                <button onClick={() => restore(n)} disabled={busy.value} aria-label={`${t.restore}: ${t.version} ${n}`}>
                  {t.restore}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <p role="alert">{wrong}</p>
    </section>
  )
}
