/** What is kept of a scene that is written anew, as long as the tab is open: the note to its writer, and what was ordered. */
const NOTE = 'scenor.note.'
const ORDERED = 'scenor.anew.'

export const noteOf = (sceneId: string): string => sessionStorage.getItem(NOTE + sceneId) ?? ''
export const keepNote = (sceneId: string, note: string): void => sessionStorage.setItem(NOTE + sceneId, note)

/** The ids of operations, oldest first. */
export const orderedOf = (sceneId: string): string[] =>
  (sessionStorage.getItem(ORDERED + sceneId) ?? '').split(' ').filter(Boolean)
export const keepOrdered = (sceneId: string, ids: readonly string[]): void =>
  sessionStorage.setItem(ORDERED + sceneId, ids.join(' '))
