import { useSignal } from '@preact/signals'
import { told, useAct, useAnswer, useTitle } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { day, t } from '../../words.ts'
import { words } from '../scripts/words.ts'

/** What was deleted, as long as it can be brought back. */
export function Trash() {
  useTitle(() => words.trash)
  const round = useSignal(0)
  const back = useSignal<{ id: string; title: string } | undefined>(undefined)
  const answer = useAnswer(() => scenor.call('GET /trash', { query: { limit: 100 } }), [round.value])
  const { busy, wrong, act } = useAct()
  const { data, error } = answer.value
  const restore = (id: string, title: string) =>
    act(async () => {
      await scenor.call('POST /scenarios/{id}/restore', { params: { id } })
      back.value = { id, title }
      round.value += 1
      document.querySelector<HTMLElement>('main h1')?.focus()
    })
  const empty = () =>
    act(async () => {
      await scenor.call('DELETE /trash')
      back.value = undefined
      round.value += 1
      document.querySelector<HTMLElement>('main h1')?.focus()
    })
  return (
    <>
      <h1 tabIndex={-1}>{words.trash}</h1>
      <p class="quiet">{words.trashHint}</p>
      <div role="status" class={back.value && 'note'}>
        {back.value && (
          <>
            {words.restored} <a href={`#/scripts/${back.value.id}`}>{back.value.title}</a>
          </>
        )}
      </div>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data?.items.length === 0 && <p class="empty">{words.emptyTrash}</p>}
      {data && data.items.length > 0 && (
        <p class="row">
          <small class="grow">{words.emptyingHint}</small>
          <Sure label={words.emptying} about={words.emptyingHint} busy={busy.value} act={empty} />
        </p>
      )}
      <ul class="cards">
        {data?.items.map(({ id, title, deleted_at, kept_until }) => (
          <li key={id}>
            <div class="grow">
              {title}
              <div>
                <small>
                  {words.deleted} {day(deleted_at)} · {words.until} {day(kept_until)}
                </small>
              </div>
            </div>
            <button disabled={busy.value} aria-label={`${words.restore}: ${title}`} onClick={() => restore(id, title)}>
              {words.restore}
            </button>
          </li>
        ))}
      </ul>
      <p role="alert">{wrong}</p>
    </>
  )
}
