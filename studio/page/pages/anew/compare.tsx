import { useSignal } from '@preact/signals'
import { Choice } from '../../parts/choice.tsx'
import { pairRows, picked, proposed, type NewRow, type Pick } from '../../script/pairs.ts'
import { asText, type Scene } from '../../script/script.ts'
import { newId } from '../edit/commands.ts'
import { w } from './words.ts'

export interface NewScene {
  readonly heading: string
  readonly rows: readonly NewRow[]
}

/** A scene as it is beside what it would become: each row is taken or left. @param take gets what was picked */
export function Compare({
  was,
  is,
  brief,
  busy,
  take,
}: {
  was: Scene
  is: NewScene
  /** What the proposal was written from. */
  brief: string
  busy: boolean
  take: (scene: Scene) => void
}) {
  const pairs = pairRows(was.rows, is.rows)
  const heading = useSignal<Pick>('was')
  const picks = useSignal<readonly Pick[]>(pairs.map(proposed))
  const sides = (a: string | undefined, b: string | undefined) =>
    [
      { side: 'was', label: w.now, text: a ?? <small>{w.none}</small> },
      { side: 'is', label: w.proposed, text: b ?? <small>{w.none}</small> },
    ] as const
  const all = (pick: Pick) => {
    heading.value = pick
    picks.value = pairs.map(() => pick)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const rows = picked(pairs, picks.value, newId)
    take({ ...was, heading: heading.value === 'is' ? is.heading : was.heading, rows, written_from: brief })
  }
  return (
    <form onSubmit={submit}>
      <div class="row">
        <button type="button" onClick={() => all('is')}>
          {w.takeAll}
        </button>
        <button type="button" onClick={() => all('was')}>
          {w.keepAll}
        </button>
      </div>
      {was.heading !== is.heading && (
        <Choice
          name="heading"
          legend={w.heading}
          sides={sides(was.heading, is.heading)}
          chosen={heading.value}
          choose={(side) => (heading.value = side)}
        />
      )}
      {pairs.map((pair, i) => (
        <Choice
          key={i}
          name={`row-${i}`}
          legend={`${w.row} ${i + 1}`}
          sides={sides(pair.was && asText(pair.was), pair.is && asText(pair.is))}
          chosen={picks.value[i] ?? 'is'}
          choose={(side) => (picks.value = picks.value.map((each, j) => (j === i ? side : each)))}
        />
      ))}
      <button class="main" disabled={busy}>
        {w.save}
      </button>
    </form>
  )
}
