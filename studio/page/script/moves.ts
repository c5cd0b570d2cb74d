import type { Row, Scene, Scenes } from './script.ts'

/**
 * What can be done to the scenes of a script, each as a function from scenes to scenes. What cannot be done (a locked scene, an end, an id
 * that is not there) gives back the very same scenes: nothing changed, nothing to undo.
 */

interface Place {
  readonly scene: Scene
  readonly s: number
  readonly r: number
}

export function placeOf(scenes: Scenes, rowId: string): Place | undefined {
  for (const [s, scene] of scenes.entries()) {
    const r = scene.rows.findIndex(({ id }) => id === rowId)
    if (r >= 0) return { scene, s, r }
  }
  return undefined
}

const inserted = <T>(list: readonly T[], at: number, ...items: readonly T[]): T[] => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at),
]
const without = <T extends { readonly id: string }>(list: readonly T[], id: string): T[] =>
  list.filter((each) => each.id !== id)
const replaced = <T extends { readonly id: string }>(list: readonly T[], next: T): T[] =>
  list.map((each) => (each.id === next.id ? next : each))

export const changeScene = (scenes: Scenes, next: Scene): Scenes => replaced(scenes, next)

export function changeRow(scenes: Scenes, next: Row): Scenes {
  const place = placeOf(scenes, next.id)
  return !place || place.scene.locked
    ? scenes
    : changeScene(scenes, { ...place.scene, rows: replaced(place.scene.rows, next) })
}

/** @param before a row of that scene; null: at its end */
export function moveRow(scenes: Scenes, rowId: string, sceneId: string, before: string | null): Scenes {
  const from = placeOf(scenes, rowId)
  const to = scenes.find(({ id }) => id === sceneId)
  if (!from || !to || from.scene.locked || to.locked || before === rowId) return scenes
  const row = from.scene.rows[from.r]
  const left = without(to.rows, rowId)
  const at = before === null ? left.length : left.findIndex(({ id }) => id === before)
  if (!row || at < 0 || (to === from.scene && at === from.r)) return scenes
  const given = { ...to, rows: inserted(left, at, row) }
  return scenes.map((scene) =>
    scene === to ? given : scene === from.scene ? { ...scene, rows: without(scene.rows, rowId) } : scene,
  )
}

/** One row up or down, over the border of its scene too; scenes that are locked are passed by. */
export function stepRow(scenes: Scenes, rowId: string, by: -1 | 1): Scenes {
  const place = placeOf(scenes, rowId)
  if (!place) return scenes
  const { scene, s, r } = place
  if (by < 0 && r > 0) return moveRow(scenes, rowId, scene.id, scene.rows[r - 1]?.id ?? null)
  if (by > 0 && r < scene.rows.length - 1) return moveRow(scenes, rowId, scene.id, scene.rows[r + 2]?.id ?? null)
  const beyond = by < 0 ? scenes.slice(0, s).toReversed() : scenes.slice(s + 1)
  const next = beyond.find(({ locked }) => !locked)
  return next ? moveRow(scenes, rowId, next.id, by < 0 ? null : (next.rows[0]?.id ?? null)) : scenes
}

/** @param after a row of the scene; null: as its first */
export function addRow(scenes: Scenes, sceneId: string, after: string | null, row: Row): Scenes {
  const scene = scenes.find(({ id }) => id === sceneId)
  if (!scene || scene.locked) return scenes
  const at = after === null ? 0 : scene.rows.findIndex(({ id }) => id === after) + 1
  return changeScene(scenes, { ...scene, rows: inserted(scene.rows, at, row) })
}

export function removeRow(scenes: Scenes, rowId: string): Scenes {
  const scene = placeOf(scenes, rowId)?.scene
  return !scene || scene.locked ? scenes : changeScene(scenes, { ...scene, rows: without(scene.rows, rowId) })
}

/** The row and those after it become a scene of their own. */
export function splitScene(scenes: Scenes, rowId: string, newId: string): Scenes {
  const place = placeOf(scenes, rowId)
  if (!place || place.r === 0 || place.scene.locked) return scenes
  const { scene, s, r } = place
  const first = { ...scene, rows: scene.rows.slice(0, r) }
  const second = { ...scene, id: newId, heading: '', rows: scene.rows.slice(r) }
  return [...scenes.slice(0, s), first, second, ...scenes.slice(s + 1)]
}

/** The next scene's rows come to the end of this one; its heading stays unless it has none. */
export function mergeScene(scenes: Scenes, sceneId: string): Scenes {
  const s = scenes.findIndex(({ id }) => id === sceneId)
  const [scene, next] = [scenes[s], scenes[s + 1]]
  if (!scene || !next || scene.locked || next.locked) return scenes
  const merged = { ...scene, heading: scene.heading || next.heading, rows: [...scene.rows, ...next.rows] }
  return [...scenes.slice(0, s), merged, ...scenes.slice(s + 2)]
}

export function stepScene(scenes: Scenes, sceneId: string, by: -1 | 1): Scenes {
  const s = scenes.findIndex(({ id }) => id === sceneId)
  const scene = scenes[s]
  if (!scene || s + by < 0 || s + by >= scenes.length) return scenes
  return inserted(without(scenes, sceneId), s + by, scene)
}

/** @param after null: as the first */
export const addScene = (scenes: Scenes, after: string | null, scene: Scene): Scenes =>
  inserted(scenes, after === null ? 0 : scenes.findIndex(({ id }) => id === after) + 1, scene)

export function removeScene(scenes: Scenes, sceneId: string): Scenes {
  const scene = scenes.find(({ id }) => id === sceneId)
  return !scene || scene.locked ? scenes : without(scenes, sceneId)
}

export function lockScene(scenes: Scenes, sceneId: string): Scenes {
  const scene = scenes.find(({ id }) => id === sceneId)
  return scene ? changeScene(scenes, { ...scene, locked: !scene.locked }) : scenes
}

/** Ids of scenes and rows that stand at the same places: what was sent, and what it is called since. */
export const namedAnew = (sent: Scenes, stored: Scenes): ReadonlyMap<string, string> =>
  new Map(
    sent.flatMap((scene, s) => {
      const now = stored[s]
      const rows = scene.rows.map((row, r) => [row.id, now?.rows[r]?.id ?? row.id] as const)
      return [[scene.id, now?.id ?? scene.id] as const, ...rows]
    }),
  )

export const renamed = (scenes: Scenes, names: ReadonlyMap<string, string>): Scenes =>
  scenes.map((scene) => ({
    ...scene,
    id: names.get(scene.id) ?? scene.id,
    rows: scene.rows.map((row) => ({ ...row, id: names.get(row.id) ?? row.id })),
  }))
