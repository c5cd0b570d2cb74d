import {
  addRow,
  addScene,
  lockScene,
  mergeScene,
  placeOf,
  removeRow,
  removeScene,
  splitScene,
  stepRow,
  stepScene,
} from '../../script/moves.ts'
import { rowsOf, type Row, type Scene, type Scenes } from '../../script/script.ts'
import { type w } from './words.ts'

let made = 0
/** An id that the API does not know: it gives one of its own. */
export const newId = (): string => `new-${++made}-${Date.now().toString(36)}`

const newRow = (): Row => ({
  id: newId(),
  visual: '',
  audio: [{ speaker: '', type: 'vo', text: '' }],
  on_screen_text: null,
  duration_s: 0,
})
const newScene = (): Scene => ({ id: newId(), heading: '', beat: 'free', locked: false, rows: [newRow()] })

/** What can be done to a row or a scene: buttons, keys and their list are all made of it. */
export interface Command {
  readonly name: keyof typeof w
  /** As `keyOf` writes them. */
  readonly keys: string
  /** Done several times in a row: its menu stays open. */
  readonly again?: true
  /** @param id of the row or the scene */
  readonly does: (scenes: Scenes, id: string) => Scenes
}

export const ROW_COMMANDS: readonly Command[] = [
  { name: 'rowUp', keys: 'Alt+ArrowUp', again: true, does: (scenes, id) => stepRow(scenes, id, -1) },
  { name: 'rowDown', keys: 'Alt+ArrowDown', again: true, does: (scenes, id) => stepRow(scenes, id, 1) },
  { name: 'split', keys: 'Alt+Enter', does: (scenes, id) => splitScene(scenes, id, newId()) },
  { name: 'removeRow', keys: 'Alt+Delete', does: removeRow },
]
/** Stands under each scene as a button of its own. */
export const ADD_ROW: Command = {
  name: 'addRow',
  keys: 'Ctrl+Enter',
  does: (scenes, id) => {
    const scene = placeOf(scenes, id)?.scene
    return scene ? addRow(scenes, scene.id, id, newRow()) : addRow(scenes, id, lastRow(scenes, id), newRow())
  },
}
const lastRow = (scenes: Scenes, sceneId: string): string | null =>
  scenes.find(({ id }) => id === sceneId)?.rows.at(-1)?.id ?? null

export const SCENE_COMMANDS: readonly Command[] = [
  { name: 'sceneUp', keys: 'Alt+Shift+ArrowUp', again: true, does: (scenes, id) => stepScene(scenes, id, -1) },
  { name: 'sceneDown', keys: 'Alt+Shift+ArrowDown', again: true, does: (scenes, id) => stepScene(scenes, id, 1) },
  { name: 'merge', keys: 'Alt+Shift+Enter', does: mergeScene },
  { name: 'addScene', keys: 'Ctrl+Shift+Enter', does: (scenes, id) => addScene(scenes, id, newScene()) },
  { name: 'lock', keys: 'Alt+Shift+L', does: lockScene },
  { name: 'removeScene', keys: 'Alt+Shift+Delete', does: removeScene },
]

/** `Ctrl+Shift+Enter`. A letter goes by its place on the keyboard: it is the same in every language. */
export function keyOf({ ctrlKey, metaKey, altKey, shiftKey, key, code }: KeyboardEvent): string {
  const name = code.startsWith('Key') ? code.slice(3) : key
  return [(ctrlKey || metaKey) && 'Ctrl', altKey && 'Alt', shiftKey && 'Shift', name].filter(Boolean).join('+')
}

/** Which row or scene to go on with after a command: one that came, the same, or what now stands where it stood. */
export function goesOnAt(before: Scenes, after: Scenes, id: string): string | undefined {
  const ids = (scenes: Scenes) =>
    (rowsOf(before).some((row) => row.id === id) ? rowsOf(scenes) : scenes).map((each) => each.id)
  const [was, is] = [ids(before), ids(after)]
  const came = is.find((each) => !was.includes(each))
  return came ?? (is.includes(id) ? id : (is[was.indexOf(id)] ?? is.at(-1)))
}
