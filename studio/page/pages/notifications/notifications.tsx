import { useSignal } from '@preact/signals'
import type { Notification } from '../../../../client/index.ts'
import { told, useAct, useAnswer, useTitle } from '../../asking.ts'
import { heard } from '../../people.ts'
import { scenor } from '../../session.ts'
import { moment, t } from '../../words.ts'
import { count, unread } from './news.ts'
import { words } from './words.ts'

const list = (only: boolean, cursor?: string | null) =>
  scenor.call('GET /notifications', { query: { limit: 30, ...(only && { unread: true }), ...(cursor && { cursor }) } })

function One({ news, read }: { news: Notification; read: () => void }) {
  const { title, body, created_at, read_at, scenario_id } = news
  return (
    <li class={read_at ? undefined : 'unread'}>
      <div class="grow">
        <b>{title}</b>
        {!read_at && <span class="sr-only"> ({words.unread})</span>}
        <p>{body}</p>
        <small>{moment(created_at)}</small>
      </div>
      <div class="row">
        {scenario_id && (
          <a href={`#/scripts/${scenario_id}`} aria-label={`${words.open}: ${title}`} onClick={read}>
            {words.open}
          </a>
        )}
        {!read_at && (
          <button aria-label={`${words.read}: ${title}`} onClick={read}>
            {words.read}
          </button>
        )}
      </div>
    </li>
  )
}

/** What happened; what comes meanwhile stands there at once. */
export function Notifications() {
  useTitle(() => (unread.value > 0 ? `(${unread.value}) ${words.news}` : words.news))
  const only = useSignal(false)
  const answer = useAnswer(() => list(only.value), [only.value, heard.value])
  const { wrong, act } = useAct()
  const { data, error } = answer.value
  const show = (items: readonly Notification[]) => {
    if (data) answer.value = { data: { ...data, items }, error: undefined }
  }
  const now = () => new Date().toISOString()
  const read = ({ id }: Notification) =>
    act(async () => {
      await scenor.call('POST /notifications/{id}/read', { params: { id } })
      show(data?.items.map((one) => (one.id === id ? { ...one, read_at: now() } : one)) ?? [])
      await count()
    })
  const readAll = () =>
    act(async () => {
      await scenor.call('POST /notifications/read-all')
      show(data?.items.map((one) => ({ ...one, read_at: one.read_at ?? now() })) ?? [])
      await count()
    })
  const more = () =>
    act(async () => {
      const next = await list(only.value, data?.next_cursor)
      answer.value = { data: { ...next, items: [...(data?.items ?? []), ...next.items] }, error: undefined }
    })
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>{words.news}</h1>
      <div class="row">
        <button class="tag" aria-pressed={only.value} onClick={() => (only.value = !only.value)}>
          {words.onlyUnread}
        </button>
        {unread.value > 0 && <button onClick={readAll}>{words.readAll}</button>}
      </div>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data?.items.length === 0 && <p class="empty">{only.value ? words.noUnread : words.none}</p>}
      <ul class="cards">
        {data?.items.map((news) => (
          <One key={news.id} news={news} read={() => read(news)} />
        ))}
      </ul>
      {data?.next_cursor && <button onClick={more}>{words.more}</button>}
      <p role="alert">{wrong}</p>
    </section>
  )
}
