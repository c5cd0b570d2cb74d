import { useSignal } from '@preact/signals'
import { told, useAnswer, useTitle } from '../asking.ts'
import { scenor } from '../session.ts'
import { duration, moment, t } from '../words.ts'

export function Scripts() {
  const q = useSignal('')
  const answer = useAnswer(
    () => scenor.call('GET /scenarios', { query: { limit: 50, ...(q.value && { q: q.value }) } }),
    [q.value],
  )
  useTitle(() => t.scripts)
  const { data, error } = answer.value
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    q.value = String(new FormData(event.currentTarget as HTMLFormElement).get('q'))
  }
  return (
    <>
      <div class="row">
        <h1 tabIndex={-1}>{t.scripts}</h1>
        <a class="button main" href="#/new">
          {t.newScript}
        </a>
      </div>
      <form class="row" role="search" onSubmit={search}>
        <label class="grow">
          {t.search}
          <input name="q" type="search" />
        </label>
        <button>{t.search}</button>
      </form>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data?.items.length === 0 && <p>{t.empty}</p>}
      <ul class="cards">
        {data?.items.map(({ id, title, est_duration_s, updated_at, platform, version }) => (
          <li key={id}>
            <a href={`#/scripts/${id}`}>{title}</a>
            <small>
              {duration(est_duration_s)} · {platform} · {t.version} {version} · {moment(updated_at)}
            </small>
          </li>
        ))}
      </ul>
    </>
  )
}
