import { useSignal, type Signal } from '@preact/signals'
import { Refused } from '../../../client/index.ts'
import { told, useAct, useAnswer, useTitle, type Answer } from '../asking.ts'
import { go } from '../route.ts'
import { changeScene } from '../script/moves.ts'
import { load } from '../script/load.ts'
import { bodyOf, same, type Read, type Scene } from '../script/script.ts'
import { scenor } from '../session.ts'
import { t } from '../words.ts'
import { Compare } from './anew/compare.tsx'
import { keepNote, keepOrdered, noteOf, orderedOf } from './anew/kept.ts'
import { useVariants, Variants } from './anew/variants.tsx'
import { w } from './anew/words.ts'

/** Stores the scene in the version that it was compared with; in a later one too, if the scene is the same there. */
async function put({ script, etag }: Read, before: Scene, scene: Scene): Promise<Read | undefined> {
  const body = bodyOf({ ...script, scenes: changeScene(script.scenes, scene) })
  try {
    await scenor.call('PUT /scenarios/{id}', { params: { id: script.id }, body, headers: { 'If-Match': etag } })
    return undefined
  } catch (error) {
    if (!(error instanceof Refused && error.is('precondition.failed'))) throw error
    const now = await load(script.id)
    const isSame = same(
      now.script.scenes.find(({ id }) => id === before.id),
      before,
    )
    return isSame ? put(now, before, scene) : now
  }
}

function Proposal({ answer, sceneId }: { answer: Signal<Answer<Read>>; sceneId: string }) {
  const { busy, wrong, act } = useAct()
  const ids = useSignal<readonly string[]>(orderedOf(sceneId))
  const variants = useVariants(ids.value)
  const picked = useSignal<string | undefined>(undefined)
  const read = answer.value.data
  const n = read?.script.scenes.findIndex(({ id }) => id === sceneId) ?? -1
  const scene = read?.script.scenes[n]
  useTitle(() => w.anew)
  if (!read || !scene) return <p role="alert">{t.notFound}</p>
  const { id, version, language } = read.script
  const chosen = picked.value ?? ids.value.findLast((one) => variants.value.get(one)?.scene)
  const proposal = chosen === undefined ? undefined : variants.value.get(chosen)?.scene

  const order = (event: SubmitEvent) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get('note'))
    act(async () => {
      const body = { scenario_id: id, scene_id: sceneId, base_version: version, note, proposal: true }
      const { id: ordered } = await scenor.call('POST /ai/generate/scene', { body })
      ids.value = [...ids.value, ordered]
      picked.value = undefined
      keepOrdered(sceneId, ids.value)
    })
  }
  const take = (next: Scene) =>
    act(async () => {
      const now = await put(read, scene, next)
      if (now) {
        answer.value = { data: now, error: undefined }
        wrong.value = w.changed
        return
      }
      keepNote(sceneId, '')
      keepOrdered(sceneId, [])
      go(`/scripts/${id}/edit`)
    })
  return (
    <>
      <h1 tabIndex={-1}>
        {w.anew}: {t.scene} {n + 1}
      </h1>
      <p>
        <a href={`#/scripts/${id}/edit`}>{w.toEditor}</a>
      </p>
      <form onSubmit={order}>
        <label>
          {w.note}
          <textarea
            name="note"
            rows={3}
            maxLength={2000}
            required
            aria-describedby="note-hint"
            onInput={(event) => keepNote(sceneId, event.currentTarget.value)}
          >
            {noteOf(sceneId)}
          </textarea>
        </label>
        <p id="note-hint">
          <small>{w.noteHint}</small>
        </p>
        <button class={proposal ? undefined : 'main'} disabled={busy}>
          {ids.value.length > 0 ? w.another : w.order}
        </button>
      </form>
      <p role="alert">{wrong}</p>
      <div lang={language}>
        {(ids.value.length > 1 || (ids.value.length === 1 && !proposal)) && (
          <Variants ids={ids.value} variants={variants.value} chosen={chosen} choose={(one) => (picked.value = one)} />
        )}
        {proposal && (
          <Compare
            key={`${chosen} ${version}`}
            was={scene}
            is={proposal}
            brief={read.script.brief_hash}
            busy={busy.value}
            take={take}
          />
        )}
      </div>
    </>
  )
}

/** One scene of a script anew: what is proposed stands beside what is there, and nothing is stored until somebody decides. */
export function Anew({ id, sceneId }: { id: string; sceneId: string }) {
  const answer = useAnswer(() => load(id), [id])
  const { data, error } = answer.value
  if (error !== undefined) return <p role="alert">{told(error)}</p>
  return data ? <Proposal answer={answer} sceneId={sceneId} /> : <p>{t.loading}</p>
}
