import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Scenario } from '../../../../client/index.ts'
import { Say } from './say.tsx'
import { isAt, looking, placesOf, threads, words, type Place } from './talk.ts'
import { Thread, type Changed } from './thread.tsx'

interface Props {
  readonly script: Scenario
  readonly changed: Changed
  readonly say: (place: Place) => (words: string) => Promise<void>
}

function Open({ script, changed, say, place }: Props & { place: Place }) {
  const dialog = useRef<HTMLDialogElement>(null)
  // The browser keeps the focus within, and gives it back to the button that opened it. Shown before the field in it takes the focus.
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const close = () => dialog.current?.close()
  const name = placesOf(script).find(({ scene, row }) => scene === place.scene && row === place.row)?.name
  const here = threads.value.filter(isAt(place))
  return (
    <dialog
      ref={dialog}
      class="beside"
      aria-labelledby="beside"
      onClose={() => (looking.value = undefined)}
      onClick={({ target }) => target === dialog.current && close()}
    >
      <div class="row">
        <h2 id="beside" class="grow">
          {name}
        </h2>
        <button onClick={close}>{words.close}</button>
      </div>
      <ul class="threads">
        {here.map((thread) => (
          <Thread key={thread.root.id} script={script} thread={thread} changed={changed} />
        ))}
      </ul>
      {script.my_role !== 'viewer' && <Say label={words.comment} text="" send={words.send} say={say(place)} />}
    </dialog>
  )
}

/** The comments of one place, over the script. */
export const Beside = (props: Props) =>
  looking.value && <Open key={`${looking.value.scene} ${looking.value.row}`} {...props} place={looking.value} />
