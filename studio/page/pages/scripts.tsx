import { useSignal } from '@preact/signals'
import { told, useAnswer, useTitle } from '../asking.ts'
import { heard, me } from '../people.ts'
import { scenor } from '../session.ts'
import { t } from '../words.ts'
import { Unconfirmed } from './account/unconfirmed.tsx'
import { Card } from './scripts/card.tsx'
import { Filters, type Asked } from './scripts/filters.tsx'
import { words } from './scripts/words.ts'
import { useTrash } from './trash/use-trash.tsx'

const PAGE = 30

const list = (asked: Asked, cursor?: string) =>
  scenor.call('GET /scenarios', {
    query: {
      limit: PAGE,
      shared: asked.shared,
      ...(asked.q && { q: asked.q }),
      ...(asked.tag && { tag: asked.tag }),
      ...(cursor && { cursor }),
    },
  })

const ASKED_NOTHING: Asked = { q: '', tag: '', shared: false }

export function Scripts() {
  const asked = useSignal(ASKED_NOTHING)
  const { q, tag, shared } = asked.value
  const answer = useAnswer(() => list(asked.value), [q, tag, shared, heard.value])
  useTitle(() => t.scripts)
  const { data, error } = answer.value
  const trash = useTrash((id) => {
    if (data) answer.value = { data: { ...data, items: data.items.filter((one) => one.id !== id) }, error: undefined }
  })
  const more = async () => {
    const next = await list(asked.value, data?.next_cursor ?? undefined)
    answer.value = { data: { ...next, items: [...(data?.items ?? []), ...next.items] }, error: undefined }
  }
  const empty = data?.items.length === 0
  const narrowed = q !== '' || tag !== ''
  return (
    <>
      <div class="row">
        <h1 tabIndex={-1} class="grow">
          {t.scripts}
        </h1>
        <a class="button main" href="#/new">
          {t.newScript}
        </a>
      </div>
      <Unconfirmed />
      <Filters asked={asked} changed={heard.value} />
      {trash.told}
      {error !== undefined && <p role="alert">{told(error)}</p>}
      <p role="status" class={narrowed ? 'quiet' : 'sr-only'}>
        {data ? narrowed && !empty && `${words.found}: ${data.items.length}${data.next_cursor ? '+' : ''}` : t.loading}
      </p>
      {empty && (
        <div class="empty">
          <p>{narrowed ? words.nothing : shared ? words.noneShared : t.empty}</p>
          {narrowed && <button onClick={() => (asked.value = { ...ASKED_NOTHING, shared })}>{words.clear}</button>}
          {!narrowed && !shared && <a href="#/new">{words.first}</a>}
        </div>
      )}
      <ul class="cards">
        {data?.items.map((script) => (
          <Card
            key={script.id}
            script={script}
            own={script.owner_id === me.value?.id}
            choose={(chosen) => (asked.value = { ...asked.value, tag: chosen })}
            remove={() => trash.remove(script)}
          />
        ))}
      </ul>
      {data?.next_cursor && <button onClick={() => void more()}>{words.more}</button>}
      <p>
        <a href="#/trash">{words.trash}</a>
      </p>
    </>
  )
}
