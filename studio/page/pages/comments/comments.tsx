import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Scenario } from '../../../../client/index.ts'
import { told } from '../../asking.ts'
import { heard } from '../../people.ts'
import { scenor } from '../../session.ts'
import { Beside } from './beside.tsx'
import { Say } from './say.tsx'
import { anchorOf, forget, isAt, load, placesOf, threads, WHOLE, words, type Place } from './talk.ts'
import { Thread, type Changed } from './thread.tsx'

const show = (place: Place) => {
  const button = document.getElementById(anchorOf(place))
  button?.scrollIntoView({ block: 'center' })
  button?.focus({ preventScroll: true })
}

/** Threads by the places that they are about, in the order of the script; what is about a part that is gone comes last. */
function byPlace(script: Scenario, resolved: boolean) {
  const rest = new Set(threads.value.filter(({ root }) => root.resolved === resolved))
  const groups = placesOf(script).map((place) => {
    const here = [...rest].filter(isAt(place))
    for (const thread of here) rest.delete(thread)
    return { place: place.scene === null ? undefined : place, name: place.name, here }
  })
  return [...groups, { place: undefined, name: words.gone, here: [...rest] }].filter(({ here }) => here.length > 0)
}

function Places({ script, resolved, changed }: { script: Scenario; resolved: boolean; changed: Changed }) {
  return (
    <>
      {byPlace(script, resolved).map(({ place, name, here }) => (
        <section key={name} aria-label={name}>
          <div class="row">
            <h3>{name}</h3>
            {place && (
              <button class="plain" aria-label={`${words.show}: ${name}`} onClick={() => show(place)}>
                {words.show}
              </button>
            )}
          </div>
          <ul class="threads">
            {here.map((thread) => (
              <Thread key={thread.root.id} script={script} thread={thread} changed={changed} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

/** What people say about a script: all of it below the script, and at each place beside it. */
export function Comments({ script }: { script: Scenario }) {
  const said = useSignal('')
  const wrong = useSignal('')
  const reload = () => load(script).catch((error: unknown) => void (wrong.value = told(error)))
  // Also when somebody else has said something meanwhile.
  useEffect(() => void reload(), [script.id, script.my_role, heard.value])
  useEffect(() => forget, [script.id])
  const changed: Changed = async (what) => {
    await reload()
    said.value = what
  }
  const say = (place: Place) => async (body: string) => {
    const where = { scene_id: place.scene, row_id: place.row }
    await scenor.call('POST /scenarios/{id}/comments', { params: { id: script.id }, body: { body, ...where } })
    await changed(words.sent)
  }
  const done = threads.value.filter(({ root }) => root.resolved).length
  return (
    <section aria-labelledby="comments" class="talk">
      <h2 id="comments" tabIndex={-1}>
        {words.comments}
      </h2>
      <p role="status" class="sr-only">
        {said}
      </p>
      <p role="alert">{wrong}</p>
      {threads.value.length === 0 && <p class="quiet">{words.none}</p>}
      <Places script={script} resolved={false} changed={changed} />
      {script.my_role !== 'viewer' ? (
        <Say label={`${words.comment}: ${words.whole}`} text="" send={words.send} say={say(WHOLE)} focus={false} />
      ) : (
        <p class="quiet">{words.viewer}</p>
      )}
      {done > 0 && (
        <details>
          <summary>
            {words.resolved} ({done})
          </summary>
          <Places script={script} resolved changed={changed} />
        </details>
      )}
      <Beside script={script} changed={changed} say={say} />
    </section>
  )
}
