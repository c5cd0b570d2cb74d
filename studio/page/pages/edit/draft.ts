import { computed, signal, type ReadonlySignal } from '@preact/signals'
import { Refused } from '../../../../client/index.ts'
import { begin, change, mapped, redo, undo, type History } from '../../script/history.ts'
import { namedAnew, renamed } from '../../script/moves.ts'
import { bodyOf, same, type Read, type Scenes, type Script } from '../../script/script.ts'
import { load } from '../../script/load.ts'
import { rowTimes } from '../../script/times.ts'
import { scenor } from '../../session.ts'

/** A script that is worked on. */
export interface Draft {
  readonly script: ReadonlySignal<Script>
  /** The version that it is a change of. */
  readonly base: ReadonlySignal<Read>
  /** What somebody else has saved meanwhile, as long as it is not joined with. */
  readonly theirs: ReadonlySignal<Read | undefined>
  readonly dirty: ReadonlySignal<boolean>
  /** Seconds by the ids of rows. */
  readonly times: ReadonlySignal<Map<string, number>>
  readonly canUndo: ReadonlySignal<boolean>
  readonly canRedo: ReadonlySignal<boolean>
  /** @param by what is typed into: it is undone as one */
  set(script: Script, by?: string): void
  scenes(scenes: Scenes, by?: string): void
  undo(): void
  redo(): void
  /** @returns what scenes and rows are called since; undefined: it is not stored, `theirs` has what is in the way */
  save(): Promise<ReadonlyMap<string, string> | undefined>
  /** Goes on from their version with what was made of both. */
  join(script: Script): void
  discard(): void
}

const KEPT = 'scenor.draft.'

/** What was not saved when the page was left: a reload must not cost it. */
function keptOf(id: string): { base: Read; now: Script } | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT + id) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps what is not saved, or forgets what is. Where there is no room for it there is no help. */
export function keep(draft: Draft): void {
  const key = KEPT + draft.base.value.script.id
  try {
    if (draft.dirty.value)
      sessionStorage.setItem(key, JSON.stringify({ base: draft.base.value, now: draft.script.value }))
    else sessionStorage.removeItem(key)
  } catch {
    sessionStorage.removeItem(key)
  }
}

/** @param msPerCharacter how fast its author reads aloud */
export function createDraft(read: Read, msPerCharacter: number | undefined): Draft & { readonly wasKept: boolean } {
  const kept = keptOf(read.script.id)
  const base = signal(kept?.base ?? read)
  const history = signal<History<Script>>(begin(kept?.now ?? read.script))
  const theirs = signal<Read | undefined>(undefined)
  const script = computed(() => history.value.now)
  const set = (next: Script, by?: string) => void (history.value = change(history.value, next, by))
  return {
    wasKept: kept !== undefined,
    base,
    theirs,
    script,
    dirty: computed(() => !same(bodyOf(script.value), bodyOf(base.value.script))),
    times: computed(() => rowTimes(script.value.scenes, script.value.target_duration_s, msPerCharacter)),
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    set,
    scenes: (scenes, by) => scenes !== script.value.scenes && set({ ...script.value, scenes }, by),
    undo: () => void (history.value = undo(history.value)),
    redo: () => void (history.value = redo(history.value)),
    save: async () => {
      const sent = script.value
      const { id } = sent
      const headers = { 'If-Match': base.value.etag }
      try {
        const call = scenor.call('PUT /scenarios/{id}', { params: { id }, body: bodyOf(sent), headers })
        const { data, headers: answered } = await call.withResponse()
        base.value = { script: data, etag: answered.get('etag') ?? '' }
        // What is new has got its id, in every step; what was typed meanwhile is not lost.
        const names = namedAnew(sent.scenes, data.scenes)
        history.value = mapped(history.value, (state) =>
          state === sent ? data : { ...state, scenes: renamed(state.scenes, names) },
        )
        return names
      } catch (error) {
        if (!(error instanceof Refused && error.is('precondition.failed'))) throw error
        theirs.value = await load(id)
        return undefined
      }
    },
    join: (next) => {
      if (theirs.value) base.value = theirs.value
      theirs.value = undefined
      set(next)
    },
    discard: () => set(base.value.script),
  }
}
