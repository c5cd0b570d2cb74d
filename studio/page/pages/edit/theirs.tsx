import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Choice } from '../../parts/choice.tsx'
import { merge, type Conflict, type Side } from '../../script/merge.ts'
import { placeOf } from '../../script/moves.ts'
import { asText, type Row, type Script } from '../../script/script.ts'
import { t } from '../../words.ts'
import type { Draft } from './draft.ts'
import { w } from './words.ts'

/** A side of a conflict as one reads it. */
function sideOf({ of }: Conflict, value: unknown): string {
  if (value === null || value === undefined || value === '') return w.gone
  if (of === 'scene') return (value as { heading: string }).heading
  if (of === 'field') return Array.isArray(value) ? value.join(', ') : String(value)
  return asText(value as Row)
}

/** Which row it is, as the editor calls it here, or there if it is gone here. */
function nameOf({ of, id }: Conflict, mine: Script, theirs: Script): string {
  if (of === 'field') return id
  const place = placeOf(mine.scenes, id) ?? placeOf(theirs.scenes, id)
  if (place) return `${t.scene} ${place.s + 1}, ${t.row} ${place.r + 1}`
  const n = mine.scenes.findIndex((scene) => scene.id === id)
  return `${t.scene} ${n < 0 ? '' : n + 1}`
}

/** Somebody else has saved meanwhile: what came together by itself, and what both have changed, row by row. */
export function Theirs({ draft, theirs, save }: { draft: Draft; theirs: Script; save: () => void }) {
  const choices = useSignal<ReadonlyMap<string, Side>>(new Map())
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [theirs.version])
  const { script, conflicts, taken } = merge(draft.base.value.script, draft.script.value, theirs, choices.value)
  const join = (next: Script) => {
    draft.join(next)
    save()
  }
  return (
    <section class="paper" aria-labelledby="theirs">
      <h2 id="theirs" tabIndex={-1} ref={heading}>
        {w.theirs}: {t.version} {theirs.version}
      </h2>
      <p>
        {w.mergeHint} {taken} {w.taken}, {conflicts.length} {w.conflicts}.
      </p>
      {conflicts.length > 0 && <h3>{w.both}</h3>}
      {conflicts.map((conflict) => (
        <Choice
          key={conflict.id}
          name={`side-${conflict.id}`}
          legend={nameOf(conflict, draft.script.value, theirs)}
          sides={[
            { side: 'mine', label: w.keepMine, text: sideOf(conflict, conflict.mine) },
            { side: 'theirs', label: w.keepTheirs, text: sideOf(conflict, conflict.theirs) },
          ]}
          chosen={choices.value.get(conflict.id) ?? 'mine'}
          choose={(side) => (choices.value = new Map([...choices.value, [conflict.id, side]]))}
        />
      ))}
      <div class="row">
        <button type="button" class="main" onClick={() => join(script)}>
          {w.chosen}
        </button>
        <button type="button" onClick={() => draft.join(theirs)}>
          {w.take}
        </button>
      </div>
    </section>
  )
}
