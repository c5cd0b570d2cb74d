import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useAct } from '../../asking.ts'
import { go } from '../../route.ts'
import { scenor } from '../../session.ts'
import { language } from '../../words.ts'
import { words } from '../scripts/words.ts'

interface Named {
  readonly id: string
  readonly title: string
  readonly version: number
}

/**
 * Puts scripts into the trash without a question, since it can be taken back at once and for 30 days.
 * @param gone hears what is not there any more
 * @returns `told` says what was done, with the way back
 */
export function useTrash(gone: (id: string) => void): { remove: (script: Named) => void; told: JSX.Element } {
  const last = useSignal<Named | undefined>(undefined)
  const { busy, wrong, act } = useAct()
  const remove = (script: Named) =>
    act(async () => {
      const { id, version } = script
      const headers = { 'If-Match': `"${version}.${language.value}"` }
      await scenor.call('DELETE /scenarios/{id}', { params: { id }, headers })
      last.value = script
      gone(id)
    })
  const undo = () =>
    act(async () => {
      const id = last.value?.id ?? ''
      await scenor.call('POST /scenarios/{id}/restore', { params: { id } })
      go(`/scripts/${id}`)
    })
  const told = (
    <>
      <div role="status" class={last.value ? 'note row' : undefined}>
        {last.value && (
          <>
            {words.trashed} {last.value.title}
            <button ref={(button) => button?.focus()} disabled={busy.value} onClick={undo}>
              {words.undo}
            </button>
          </>
        )}
      </div>
      <p role="alert">{wrong}</p>
    </>
  )
  return { remove, told }
}
