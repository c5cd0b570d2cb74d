import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Check } from '../../../../client/index.ts'
import { useAct, useTitle } from '../../asking.ts'
import { keepNote } from '../anew/kept.ts'
import { go } from '../../route.ts'
import { rowsOf, same, type Read } from '../../script/script.ts'
import { timeOf } from '../../script/times.ts'
import { t } from '../../words.ts'
import { ADD_ROW, goesOnAt, keyOf, ROW_COMMANDS, SCENE_COMMANDS, type Command } from './commands.ts'
import type { Acts } from './acts.ts'
import { BriefFields } from './brief-fields.tsx'
import { createDraft, keep, type Draft } from './draft.ts'
import type { Drop } from './grip.tsx'
import { EditedScene } from './scene.tsx'
import { Theirs } from './theirs.tsx'
import { Keys, Toolbar } from './toolbar.tsx'
import { w } from './words.ts'

/** Failed checks by the rows that they mean, as long as these say what they said when they were checked. */
function checksOf({ script, base }: Draft): Map<string, Check[]> {
  const now = new Map(rowsOf(script.value.scenes).map((row) => [row.id, row]))
  const found = new Map<string, Check[]>()
  const unchanged = rowsOf(base.value.script.scenes).filter((row) => same(now.get(row.id), row))
  for (const { id } of unchanged) {
    const own = base.value.script.checks.filter(({ pass, spans }) => !pass && spans.some(({ row_id }) => row_id === id))
    if (own.length > 0) found.set(id, own)
  }
  return found
}

/** The beginnings of ids of fields; the first is where one goes on. */
const ROW_FIELDS = ['picture', 'sound', 'screen', 'menu'] as const
const SCENE_FIELDS = ['heading', 'menu'] as const

/** The field that has the focus, or the menu that stays when what is in it goes. */
const focused = (): string => {
  const active = document.activeElement
  return (active?.closest('.gripped')?.querySelector('[id^="menu-"]') ?? active)?.id ?? ''
}

export function Editor({ read, msPerCharacter }: { read: Read; msPerCharacter: number | undefined }) {
  const draft = useMemo(() => createDraft(read, msPerCharacter), [read])
  const { id } = read.script
  const said = useSignal(draft.wasKept ? w.kept : '')
  const focus = useSignal<string | undefined>(undefined)
  /** Where the focus was last. */
  const last = useRef('')
  const drop = useSignal<Drop | undefined>(undefined)
  const { busy, wrong, act } = useAct()
  useTitle(() => `${draft.dirty.value ? '• ' : ''}${t.edit}: ${draft.script.value.title}`)
  useEffect(() => {
    const leaving = () => keep(draft)
    addEventListener('pagehide', leaving)
    return () => {
      removeEventListener('pagehide', leaving)
      leaving()
    }
  }, [draft])
  // After the row has come to its place: an element that is moved loses the focus.
  useLayoutEffect(() => {
    if (focus.value === undefined) return
    const there = document.getElementById(focus.value) ?? document.querySelector<HTMLElement>('main h1')
    there?.focus()
    focus.value = undefined
  }, [focus.value])

  const save = (then?: () => void) =>
    act(async () => {
      const names = await draft.save()
      if (!names) return
      // What is new has another id by now: the element that had the focus is gone.
      const [field, ...at] = last.current.split('-')
      const now = names.get(at.join('-'))
      if (now !== undefined && document.activeElement === document.body) focus.value = `${field}-${now}`
      said.value = `${w.savedAs} ${draft.base.value.script.version}`
      then?.()
    })
  const acts: Acts = {
    draft,
    run: (command, at) => {
      const before = draft.script.value.scenes
      const after = command.does(before, at)
      said.value = after === before ? w.nowhere : w[command.name]
      if (after === before) return
      draft.scenes(after)
      const [was, next] = [focused(), goesOnAt(before, after, at)]
      const fields = rowsOf(after).some((row) => row.id === next) ? ROW_FIELDS : SCENE_FIELDS
      const field = command === ADD_ROW ? fields[0] : (fields.find((one) => was.startsWith(`${one}-`)) ?? fields[0])
      focus.value = was && next === at ? was : `${field}-${next}`
    },
    moved: (rowId, scenes) => {
      said.value = `${t.row} ${w.droppedIn}`
      draft.scenes(scenes)
      focus.value = `menu-${rowId}`
    },
    anew: (sceneId, note) => {
      keepNote(sceneId, note)
      const leave = () => go(`/scripts/${id}/scenes/${sceneId}/anew`)
      if (draft.dirty.value) save(leave)
      else leave()
    },
  }
  const keys = (event: KeyboardEvent) => {
    const key = keyOf(event)
    const target = event.target as HTMLElement
    const row = target.closest<HTMLElement>('[data-row]')?.dataset['row']
    const scene = target.closest<HTMLElement>('[data-scene]')?.dataset['scene']
    const command = (list: readonly Command[]) => list.find((one) => one.keys === key)
    const [ofRow, ofScene] = [command(ROW_COMMANDS), command(SCENE_COMMANDS)]
    const run = (one: Command | undefined, at: string | undefined) => one && at && (() => acts.run(one, at))
    const always = { 'Ctrl+S': () => save(), 'Ctrl+Z': draft.undo, 'Ctrl+Shift+Z': draft.redo, 'Ctrl+Y': draft.redo }
    const added = run(key === ADD_ROW.keys ? ADD_ROW : undefined, row ?? scene)
    const does = run(ofRow, row) || run(ofScene, scene) || added || always[key as keyof typeof always]
    if (!does) return
    event.preventDefault()
    const was = focused()
    does()
    // What undo takes away or moves must not take the keys along.
    focus.value ??= was || undefined
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    save()
  }
  const script = draft.script.value
  const checks = checksOf(draft)
  let at = 0
  return (
    <form class="editor" onSubmit={submit} onKeyDown={keys} onFocusIn={() => (last.current = focused())}>
      <h1 tabIndex={-1}>{t.edit}</h1>
      <Toolbar draft={draft} busy={busy} said={said} id={id} />
      <p role="alert">{wrong}</p>
      {draft.theirs.value && <Theirs draft={draft} theirs={draft.theirs.value.script} save={() => save()} />}
      <label>
        {w.title}
        <input
          required
          maxLength={200}
          value={script.title}
          onInput={(event) => draft.set({ ...script, title: event.currentTarget.value }, 'title')}
        />
      </label>
      <Keys />
      <BriefFields draft={draft} />
      <div lang={script.language}>
        {script.scenes.map((scene, i) => {
          const from = at
          at += timeOf(scene.rows, draft.times.value)
          return (
            <EditedScene key={scene.id} scene={scene} n={i + 1} begins={from} checks={checks} drop={drop} acts={acts} />
          )
        })}
      </div>
    </form>
  )
}
