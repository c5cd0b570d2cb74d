import { useSignal } from '@preact/signals'
import type { Comment, Scenario } from '../../../../client/index.ts'
import { useAct } from '../../asking.ts'
import { me, nameOf } from '../../people.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { moment, t } from '../../words.ts'
import { Say } from './say.tsx'
import { words, type Thread as Talk } from './talk.ts'

type Role = Scenario['my_role']
/** Hears that something has changed, and what to tell about it. */
export type Changed = (said: string) => Promise<void>

function Said({ comment, role, changed }: { comment: Comment; role: Role; changed: Changed }) {
  const { id, body, author_id, created_at, updated_at } = comment
  const editing = useSignal(false)
  const { busy, wrong, act } = useAct()
  const own = author_id === me.value?.id
  const name = nameOf(author_id)
  if (body === null) return <p class="quiet">{words.taken}</p>
  const edit = async (next: string) => {
    await scenor.call('PUT /comments/{id}', { params: { id }, body: { body: next } })
    await changed(words.sent)
    editing.value = false
  }
  const remove = () =>
    act(async () => {
      await scenor.call('DELETE /comments/{id}', { params: { id } })
      await changed(words.isGone)
    })
  return (
    <div class="said">
      <p>
        <b>{name}</b>{' '}
        <small>
          {moment(created_at)}
          {updated_at !== created_at && ` · ${words.edited}`}
        </small>
      </p>
      {editing.value ? <Say label={words.comment} text={body} send={t.save} say={edit} /> : <p class="words">{body}</p>}
      <p class="row small">
        {own && (
          <button
            aria-label={`${t.edit}: ${body.slice(0, 40)}`}
            aria-expanded={editing.value}
            onClick={() => (editing.value = !editing.value)}
          >
            {t.edit}
          </button>
        )}
        {(own || role === 'owner') && (
          <Sure label={t.remove} about={body.slice(0, 40)} busy={busy.value} act={remove} />
        )}
      </p>
      <p role="alert">{wrong}</p>
    </div>
  )
}

/** A comment with its answers, and what the reader may do with it. */
export function Thread({ script, thread, changed }: { script: Scenario; thread: Talk; changed: Changed }) {
  const { root, replies } = thread
  const answering = useSignal(false)
  const { busy, wrong, act } = useAct()
  const role = script.my_role
  const mayResolve = root.author_id === me.value?.id || ['owner', 'editor'].includes(role)
  const start = root.body?.slice(0, 40) ?? words.taken
  const reply = async (body: string) => {
    await scenor.call('POST /scenarios/{id}/comments', {
      params: { id: script.id },
      body: { body, parent_id: root.id },
    })
    await changed(words.sent)
    answering.value = false
  }
  const resolve = (resolved: boolean) =>
    act(async () => {
      await scenor.call('PUT /comments/{id}', { params: { id: root.id }, body: { resolved } })
      await changed(resolved ? words.isResolved : words.isOpen)
    })
  return (
    <li class="thread">
      <Said comment={root} role={role} changed={changed} />
      {replies.length > 0 && (
        <ul aria-label={words.reply}>
          {replies.map((one) => (
            <li key={one.id}>
              <Said comment={one} role={role} changed={changed} />
            </li>
          ))}
        </ul>
      )}
      {answering.value && <Say label={words.reply} text="" send={words.send} say={reply} />}
      <p class="row">
        {role !== 'viewer' && (
          <button
            aria-label={`${words.reply}: ${start}`}
            aria-expanded={answering.value}
            onClick={() => (answering.value = !answering.value)}
          >
            {words.reply}
          </button>
        )}
        {mayResolve && (
          <button
            aria-label={`${root.resolved ? words.reopen : words.resolve}: ${start}`}
            disabled={busy.value}
            onClick={() => resolve(!root.resolved)}
          >
            {root.resolved ? words.reopen : words.resolve}
          </button>
        )}
      </p>
      <p role="alert">{wrong}</p>
    </li>
  )
}
