import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Operation } from '../../../../client/index.ts'
import { useAct } from '../../asking.ts'
import { me } from '../../people.ts'
import { scenor } from '../../session.ts'
import { Sure } from '../../sure.tsx'
import { moment } from '../../words.ts'
import { words } from './data-words.ts'
import { Frame } from './frame.tsx'
import { useGoverned } from './governed.tsx'
import { words as account } from './words.ts'

const isOpen = ({ status }: Operation): boolean => status === 'queued' || status === 'running'

/** The last operation of a kind that this person has asked for, followed to its end, over reloads too. */
function useLast(kind: 'export' | 'erasure') {
  const last = useSignal<Operation | undefined>(undefined)
  const follow = (operation: Operation, signal?: AbortSignal) => {
    last.value = operation
    if (isOpen(operation))
      scenor.operations.wait(operation.id, { ...(signal && { signal }) }).then(
        (ended) => (last.value = ended),
        () => {},
      )
  }
  useEffect(() => {
    const leaving = new AbortController()
    scenor.call('GET /operations', { query: { kind, limit: 1 } }).then(
      ({ items: [operation] }) => operation && follow(operation, leaving.signal),
      () => {},
    )
    return () => leaving.abort()
  }, [])
  return { last, follow }
}

/** Until when it can be downloaded; undefined: not any more. */
function goodUntil({ status, result }: Operation): string | undefined {
  const until = result?.['expires_at']
  return status === 'succeeded' && typeof until === 'string' && Date.parse(until) > Date.now() ? until : undefined
}

function Take({ id }: { id: string }) {
  const { last, follow } = useLast('export')
  const { busy, govern, question } = useGoverned()
  const { wrong, act } = useAct()
  const archive = last.value
  const until = archive && goodUntil(archive)
  const make = () =>
    govern(async (password) => {
      follow(await scenor.call('POST /users/{id}/export', { params: { id }, body: { ...(password && { password }) } }))
    })
  const download = () =>
    act(async () => {
      const params = { id: archive?.id ?? '' }
      const { url } = await scenor.call('POST /operations/{id}/download-link', { params })
      // The address that clients know may be another name of this server: the page stays at its own.
      const { pathname, search } = new URL(url)
      location.assign(pathname + search)
    })
  return (
    <section aria-labelledby="take">
      <h2 id="take">{words.take}</h2>
      <p class="quiet">{words.takeHint}</p>
      <div role="status">
        {archive && isOpen(archive) && <progress value={archive.progress} aria-label={words.making} />}
        {archive && isOpen(archive) && words.making}
        {archive?.status === 'failed' && (archive.error?.title ?? words.failed)}
        {until && (
          <p class="row">
            <button class="main" onClick={download}>
              {words.download}
            </button>
            <small>
              {words.until} {moment(until)}
            </small>
          </p>
        )}
      </div>
      <button disabled={busy.value || (archive && isOpen(archive))} onClick={make}>
        {words.make}
      </button>
      {question}
      <p role="alert">{wrong}</p>
    </section>
  )
}

function Erase({ id }: { id: string }) {
  const { last, follow } = useLast('erasure')
  const { busy, govern, question } = useGoverned()
  const { wrong, act } = useAct()
  const erasure = last.value
  const erase = () =>
    govern(async (password) => {
      follow(await scenor.call('DELETE /users/{id}', { params: { id }, body: { ...(password && { password }) } }))
    })
  const keep = () =>
    act(async () => {
      last.value = await scenor.call('POST /operations/{id}/cancel', { params: { id: erasure?.id ?? '' } })
    })
  return (
    <section aria-labelledby="erase">
      <h2 id="erase">{words.erase}</h2>
      <p class="quiet">{words.eraseHint}</p>
      <div role="status" class={erasure && isOpen(erasure) ? 'note' : undefined}>
        {erasure && isOpen(erasure) && (
          <p>
            {words.erasing} {words.asked}: {moment(erasure.created_at)}
          </p>
        )}
        {erasure?.status === 'cancelled' && words.kept}
      </div>
      {erasure && isOpen(erasure) ? (
        <button class="main" onClick={keep}>
          {words.keep}
        </button>
      ) : (
        <Sure label={words.erase} about={me.value?.email ?? ''} busy={busy.value} act={erase} />
      )}
      {question}
      <p role="alert">{wrong}</p>
    </section>
  )
}

/** What one may ask of those who store one's data. */
export const Data = () => (
  <Frame title={account.data}>
    {me.value && (
      <>
        <Take id={me.value.id} />
        <Erase id={me.value.id} />
      </>
    )}
  </Frame>
)
