import type { Scenes } from '../../script/script.ts'
import type { Command } from './commands.ts'
import type { Draft } from './draft.ts'

/** What the parts of the editor do. */
export interface Acts {
  readonly draft: Draft
  /** Does it to a row or a scene, says so, and keeps the focus where one works. */
  run(command: Command, id: string): void
  /** A row has come to another place. */
  moved(rowId: string, scenes: Scenes): void
  /** Has a scene written anew, beginning with a note to the writer; what is not saved is saved before. */
  anew(sceneId: string, note: string): void
}
