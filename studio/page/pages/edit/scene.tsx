import type { Signal } from '@preact/signals'
import type { Check } from '../../../../client/index.ts'
import { beats } from '../../labels.ts'
import { Behind } from '../../parts/behind.tsx'
import { changeScene } from '../../script/moves.ts'
import { isBehind, type Scene } from '../../script/script.ts'
import { timeOf } from '../../script/times.ts'
import { duration, t } from '../../words.ts'
import { ADD_ROW, SCENE_COMMANDS } from './commands.ts'
import type { Acts } from './acts.ts'
import { Grip, type Drop } from './grip.tsx'
import { EditedRow } from './row.tsx'
import { w } from './words.ts'

const BEATS = Object.keys(beats) as Scene['beat'][]

function Head({ scene, n, acts }: { scene: Scene; n: number; acts: Acts }) {
  const { draft } = acts
  const set = (next: Partial<Scene>, field: string) =>
    draft.scenes(changeScene(draft.script.value.scenes, { ...scene, ...next }), `${scene.id} ${field}`)
  return (
    <div class="head">
      <label class="grow">
        <small>{w.heading}</small>
        <input
          id={`heading-${scene.id}`}
          aria-label={`${w.heading}, ${t.scene} ${n}`}
          maxLength={200}
          disabled={scene.locked}
          value={scene.heading}
          onInput={(event) => set({ heading: event.currentTarget.value }, 'heading')}
        />
      </label>
      <label>
        <small>{w.beat}</small>
        <select
          aria-label={`${w.beat}, ${t.scene} ${n}`}
          disabled={scene.locked}
          value={scene.beat}
          onChange={(event) => set({ beat: event.currentTarget.value as Scene['beat'] }, 'beat')}
        >
          {BEATS.map((beat) => (
            <option key={beat} value={beat}>
              {beats[beat]}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** @param checks that failed in the version that this is a change of, by the ids of rows that have not changed since */
export function EditedScene(props: {
  scene: Scene
  n: number
  begins: number
  checks: ReadonlyMap<string, readonly Check[]>
  drop: Signal<Drop | undefined>
  acts: Acts
}) {
  const { scene, n, begins, checks, drop, acts } = props
  const { draft, run } = acts
  const times = draft.times.value
  const base = draft.base.value.script
  let at = begins
  const commands = SCENE_COMMANDS.map((one) =>
    one.name === 'lock' && scene.locked ? { ...one, name: 'unlock' as const } : one,
  )
  const isTarget = drop.value?.scene === scene.id && drop.value.before === null
  return (
    <section class="scene paper" data-scene={scene.id} aria-labelledby={`scene-${scene.id}`}>
      <div class="row">
        <Grip
          id={scene.id}
          label={`${w.sceneMenu}: ${t.scene} ${n}`}
          commands={commands}
          run={(command) => run(command, scene.id)}
        >
          ⋯
        </Grip>
        <h2 id={`scene-${scene.id}`} class="grow">
          {t.scene} {n}
          <small>
            {' '}
            {duration(begins)} · {duration(timeOf(scene.rows, times))}
            {scene.locked && ` · ${w.lockedNow}`}
          </small>
        </h2>
        {!scene.locked && (
          <button type="button" aria-label={`${t.anew} ${t.scene} ${n}`} onClick={() => acts.anew(scene.id, '')}>
            {t.anew}
          </button>
        )}
      </div>
      <Head scene={scene} n={n} acts={acts} />
      {isBehind(scene, base) && (
        <Behind>
          {!scene.locked && (
            <button
              type="button"
              aria-label={`${t.anew} ${t.scene} ${n}: ${w.anewNote}`}
              onClick={() => acts.anew(scene.id, w.anewNote)}
            >
              {t.anew}
            </button>
          )}
          <button
            type="button"
            aria-label={`${w.fits}: ${t.scene} ${n}`}
            onClick={() =>
              draft.scenes(changeScene(draft.script.value.scenes, { ...scene, written_from: base.brief_hash }))
            }
          >
            {w.fits}
          </button>
        </Behind>
      )}
      <fieldset class="rows" disabled={scene.locked} aria-label={`${t.scene} ${n}`}>
        {scene.rows.map((row, i) => {
          const from = at
          at += times.get(row.id) ?? 0
          return (
            <EditedRow
              key={row.id}
              row={row}
              scene={scene}
              place={`${n}.${i + 1}`}
              name={`${t.scene} ${n}, ${t.row} ${i + 1}`}
              begins={from}
              checks={checks.get(row.id) ?? []}
              drop={drop}
              acts={acts}
            />
          )
        })}
        <button
          type="button"
          class={isTarget ? 'target' : undefined}
          aria-label={`${w.addRow}: ${t.scene} ${n}`}
          onClick={() => run(ADD_ROW, scene.id)}
        >
          {w.addRow}
        </button>
      </fieldset>
    </section>
  )
}
