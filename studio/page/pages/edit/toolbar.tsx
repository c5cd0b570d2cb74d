import type { ReadonlySignal } from '@preact/signals'
import { timeOf } from '../../script/times.ts'
import { rowsOf } from '../../script/script.ts'
import { duration, t } from '../../words.ts'
import { ADD_ROW, ROW_COMMANDS, SCENE_COMMANDS } from './commands.ts'
import type { Draft } from './draft.ts'
import { w } from './words.ts'

/** Stays in sight: how long it is, the way back and forth, and whether it is saved. */
export function Toolbar(props: {
  draft: Draft
  busy: ReadonlySignal<boolean>
  said: ReadonlySignal<string>
  id: string
}) {
  const { draft, busy, said, id } = props
  const { scenes, target_duration_s: target } = draft.script.value
  const all = timeOf(rowsOf(scenes), draft.times.value)
  return (
    <>
      <div class="toolbar row">
        <span class="grow">
          {duration(all)} {w.asOrdered} {duration(target)}
        </span>
        <button type="button" title="Ctrl+Z" aria-label={w.undo} disabled={!draft.canUndo.value} onClick={draft.undo}>
          ↶
        </button>
        <button
          type="button"
          title="Ctrl+Shift+Z"
          aria-label={w.redo}
          disabled={!draft.canRedo.value}
          onClick={draft.redo}
        >
          ↷
        </button>
        <button class="main" title="Ctrl+S" disabled={busy.value || !draft.dirty.value}>
          {t.save}
        </button>
      </div>
      <div class="row">
        <a href={`#/scripts/${id}`}>{t.back}</a>
        <small role="status" class="grow">
          {said.value || (draft.dirty.value && w.dirty)}
        </small>
        {draft.dirty.value && (
          <button type="button" class="plain" onClick={draft.discard}>
            {w.discard}
          </button>
        )}
      </div>
    </>
  )
}

/** What can be done without a mouse. */
export const Keys = () => (
  <details>
    <summary>{w.keys}</summary>
    <p>{w.keysHint}</p>
    <dl class="keys">
      {[...ROW_COMMANDS, ADD_ROW, ...SCENE_COMMANDS].map(({ name, keys }) => (
        <div key={name}>
          <dt>{w[name]}</dt>
          <dd>
            <kbd>{keys.replaceAll('Arrow', '')}</kbd>
          </dd>
        </div>
      ))}
    </dl>
  </details>
)
