import type { Signal } from '@preact/signals'
import type { Check } from '../../../../client/index.ts'
import { sounds } from '../../labels.ts'
import { changeRow, moveRow } from '../../script/moves.ts'
import type { Line, Row, Scene } from '../../script/script.ts'
import { duration, t } from '../../words.ts'
import { ROW_COMMANDS } from './commands.ts'
import type { Acts } from './acts.ts'
import { Grip, type Drop } from './grip.tsx'
import { w } from './words.ts'

const SOUNDS: readonly Line['type'][] = ['vo', 'dialog', 'sfx', 'music']

interface Edited {
  row: Row
  /** `Scene 1, row 2`: which one, in the names of its fields. */
  name: string
  change: (row: Row, field: string) => void
}

function Sound({ row, k, line, name, change }: Edited & { k: number; line: Line }) {
  const set = (next: Partial<Line>, field: string) =>
    change({ ...row, audio: row.audio.map((each, i) => (i === k ? { ...each, ...next } : each)) }, `${field} ${k}`)
  const which = k === 0 ? name : `${name}, ${k + 1}`
  return (
    <div class="sound">
      <div class="small row">
        <select
          aria-label={`${w.whoSounds}, ${which}`}
          value={line.type}
          onChange={(event) => set({ type: event.currentTarget.value as Line['type'] }, 'type')}
        >
          {SOUNDS.map((type) => (
            <option key={type} value={type}>
              {sounds[type]}
            </option>
          ))}
        </select>
        <input
          class="grow"
          placeholder={w.speaker}
          aria-label={`${w.speaker}, ${which}`}
          maxLength={100}
          value={line.speaker}
          onInput={(event) => set({ speaker: event.currentTarget.value }, 'speaker')}
        />
        {row.audio.length > 1 && (
          <button
            type="button"
            class="plain"
            aria-label={`${w.removeLine}: ${which}`}
            onClick={() => change({ ...row, audio: row.audio.filter((_, i) => i !== k) }, `removed ${k}`)}
          >
            ×
          </button>
        )}
      </div>
      <textarea
        rows={2}
        id={k === 0 ? `sound-${row.id}` : undefined}
        aria-label={`${t.sound}, ${which}`}
        value={line.text}
        onInput={(event) => set({ text: event.currentTarget.value }, 'text')}
      />
    </div>
  )
}

const Picture = ({ row, name, change }: Edited) => (
  <div>
    <label>
      <small>{t.picture}</small>
      <textarea
        rows={3}
        id={`picture-${row.id}`}
        aria-label={`${t.picture}, ${name}`}
        value={row.visual}
        onInput={(event) => change({ ...row, visual: event.currentTarget.value }, 'visual')}
      />
    </label>
    <label>
      <small>{t.onScreen}</small>
      <input
        id={`screen-${row.id}`}
        aria-label={`${t.onScreen}, ${name}`}
        maxLength={500}
        value={row.on_screen_text ?? ''}
        onInput={(event) => change({ ...row, on_screen_text: event.currentTarget.value || null }, 'screen')}
      />
    </label>
  </div>
)

/** What only some rows need: it stands with the row's menu. */
const More = ({ row, name, change }: Edited) => (
  <>
    <button
      type="button"
      onClick={() => change({ ...row, audio: [...row.audio, { speaker: '', type: 'vo', text: '' }] }, 'added')}
    >
      {w.addLine}
    </button>
    <label class="small row">
      {w.planned}
      <input
        class="number"
        type="number"
        min={0}
        max={3600}
        step="any"
        aria-label={`${w.planned}, ${name}`}
        value={row.duration_s}
        onChange={(event) => change({ ...row, duration_s: event.currentTarget.valueAsNumber || 0 }, 'planned')}
      />
    </label>
  </>
)

export function EditedRow(props: {
  row: Row
  scene: Scene
  place: string
  name: string
  begins: number
  checks: readonly Check[]
  drop: Signal<Drop | undefined>
  acts: Acts
}) {
  const { row, scene, place, name, begins, checks, drop, acts } = props
  const { draft, run } = acts
  const change = (next: Row, field: string) =>
    draft.scenes(changeRow(draft.script.value.scenes, next), `${row.id} ${field}`)
  const edited = { row, name, change }
  const end = (to: Drop) => acts.moved(row.id, moveRow(draft.script.value.scenes, row.id, to.scene, to.before))
  const isTarget = drop.value?.before === row.id
  return (
    <div class={isTarget ? 'edited target' : 'edited'} data-row={row.id}>
      <div class="when">
        <Grip
          id={row.id}
          label={`${place} · ${w.rowMenu}: ${name}`}
          commands={ROW_COMMANDS}
          run={(command) => run(command, row.id)}
          more={<More {...edited} />}
          drag={{ drop, end }}
        >
          <span aria-hidden="true">⠿</span> {place}
        </Grip>
        <small>
          {duration(begins)} · {duration(draft.times.value.get(row.id) ?? 0)}
        </small>
      </div>
      <Picture {...edited} />
      <div>
        {row.audio.map((line, k) => (
          <Sound key={k} {...edited} k={k} line={line} />
        ))}
      </div>
      {checks.map(({ check, reason, spans }) => {
        const found = spans.flatMap((span) => (span.row_id === row.id && span.text ? `«${span.text}»` : []))
        return (
          <p key={check} class="note checked">
            <span class="grow">
              {reason} <small>{found.join(' ')}</small>
            </span>
            <button
              type="button"
              aria-label={`${w.mend}: ${reason}`}
              onClick={() => acts.anew(scene.id, [reason, ...found].join(' '))}
            >
              {w.mend}
            </button>
          </p>
        )
      })}
    </div>
  )
}
