import { useSignal, type Signal } from '@preact/signals'
import { Refused, type Scenario, type ScenarioBody } from '../../../client/index.ts'
import { told, useAct, useAnswer, useTitle } from '../asking.ts'
import { go } from '../route.ts'
import { scenor } from '../session.ts'
import { t } from '../words.ts'

type Scene = Scenario['scenes'][number]
type Row = Scene['rows'][number]

interface Read {
  readonly script: Scenario
  readonly etag: string
}

async function load(id: string): Promise<Read> {
  const { data, headers } = await scenor.call('GET /scenarios/{id}', { params: { id } }).withResponse()
  return { script: data, etag: headers.get('etag') ?? '' }
}

/** What a PUT takes: every field that is not sent would become empty. */
function bodyOf(script: Scenario): ScenarioBody {
  const { title, description, status, tags, language, platform, kind, tone, audience, target_duration_s } = script
  const { hook, cta, disclosure, scenes } = script
  return {
    ...{ title, description, status, tags, language, platform, kind, tone, audience, target_duration_s },
    ...{ hook, cta, disclosure, scenes },
  }
}

const at = <T,>(list: readonly T[], i: number, item: T): T[] => list.map((each, j) => (j === i ? item : each))
const without = <T,>(list: readonly T[], i: number): T[] => list.filter((_, j) => j !== i)
function moved<T>(list: readonly T[], i: number, by: -1 | 1): T[] {
  const item = list[i]
  const rest = without(list, i)
  return item === undefined ? rest : [...rest.slice(0, i + by), item, ...rest.slice(i + by)]
}

const NEW_ROW = {
  visual: '',
  audio: [{ speaker: '', type: 'vo', text: '' }],
  on_screen_text: null,
  duration_s: 0,
} as const
let made = 0
/** An id that the API does not know: it gives the row one of its own. */
const newRow = (): Row => ({ ...NEW_ROW, id: `new-${++made}` })

function EditedRow({ row, name, change }: { row: Row; name: string; change: (row: Row) => void }) {
  return (
    <div class="fields grow">
      <label>
        {t.picture}
        <textarea
          rows={3}
          aria-label={`${t.picture}, ${name}`}
          value={row.visual}
          onInput={(event) => change({ ...row, visual: event.currentTarget.value })}
        />
      </label>
      <div>
        {row.audio.map((line, k) => (
          <label key={k}>
            {[t.sound, line.speaker, line.type].filter(Boolean).join(' · ')}
            <textarea
              rows={2}
              aria-label={`${t.sound}, ${name}`}
              value={line.text}
              onInput={(event) =>
                change({ ...row, audio: at(row.audio, k, { ...line, text: event.currentTarget.value }) })
              }
            />
          </label>
        ))}
        <label>
          {t.onScreen}
          <input
            aria-label={`${t.onScreen}, ${name}`}
            value={row.on_screen_text ?? ''}
            onInput={(event) => change({ ...row, on_screen_text: event.currentTarget.value || null })}
          />
        </label>
      </div>
    </div>
  )
}

function EditedScene({ scene, n, change }: { scene: Scene; n: number; change: (scene: Scene) => void }) {
  const rows = (next: readonly Row[]) => change({ ...scene, rows: [...next] })
  return (
    <fieldset disabled={scene.locked}>
      <legend>
        {t.scene} {n}
      </legend>
      <label>
        {t.heading}
        <input
          aria-label={`${t.heading}, ${t.scene} ${n}`}
          value={scene.heading}
          onInput={(event) => change({ ...scene, heading: event.currentTarget.value })}
        />
      </label>
      {scene.rows.map((row, i) => {
        const name = `${t.scene} ${n}, ${t.row} ${i + 1}`
        return (
          <div key={row.id} class="row edited">
            <EditedRow row={row} name={name} change={(next) => rows(at(scene.rows, i, next))} />
            <div class="row">
              <button
                type="button"
                disabled={i === 0}
                aria-label={`${t.up}: ${name}`}
                onClick={() => rows(moved(scene.rows, i, -1))}
              >
                ↑
              </button>
              <button
                type="button"
                disabled={i === scene.rows.length - 1}
                aria-label={`${t.down}: ${name}`}
                onClick={() => rows(moved(scene.rows, i, 1))}
              >
                ↓
              </button>
              <button type="button" aria-label={`${t.remove}: ${name}`} onClick={() => rows(without(scene.rows, i))}>
                ×
              </button>
            </div>
          </div>
        )
      })}
      <button type="button" onClick={() => rows([...scene.rows, newRow()])}>
        {t.addRow}
      </button>
    </fieldset>
  )
}

/** Somebody else has saved meanwhile: both stand there, and the person decides. */
function Theirs({ theirs, take, overwrite }: { theirs: Scenario; take: () => void; overwrite: () => void }) {
  return (
    <section class="note" role="alert" aria-label={t.theirs}>
      <p>
        {t.theirs}: {t.version} {theirs.version}
      </p>
      <details>
        <summary>{theirs.title}</summary>
        <p class="paper">{theirs.content}</p>
      </details>
      <div class="row">
        <button type="button" onClick={overwrite}>
          {t.overwrite}
        </button>
        <button type="button" onClick={take}>
          {t.take}
        </button>
      </div>
    </section>
  )
}

function Editor({ id, read }: { id: string; read: Read }) {
  const draft = useSignal(read.script)
  const base = useSignal(read.etag)
  const theirs: Signal<Read | undefined> = useSignal(undefined)
  const { busy, wrong, act } = useAct()
  useTitle(() => `${t.edit}: ${draft.value.title}`)
  const save = () =>
    act(async () => {
      try {
        const headers = { 'If-Match': base.value }
        await scenor.call('PUT /scenarios/{id}', { params: { id }, body: bodyOf(draft.value), headers })
        go(`/scripts/${id}`)
      } catch (error) {
        if (!(error instanceof Refused && error.is('precondition.failed'))) throw error
        theirs.value = await load(id)
      }
    })
  const resolve = (take: boolean) => {
    if (!theirs.value) return
    base.value = theirs.value.etag
    if (take) draft.value = theirs.value.script
    theirs.value = undefined
    if (!take) save()
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    save()
  }
  const script = draft.value
  return (
    <form onSubmit={submit}>
      <h1 tabIndex={-1}>{t.edit}</h1>
      <label>
        {t.title}
        <input
          required
          maxLength={200}
          value={script.title}
          onInput={(event) => (draft.value = { ...script, title: event.currentTarget.value })}
        />
      </label>
      {script.scenes.map((scene, i) => (
        <EditedScene
          key={scene.id}
          scene={scene}
          n={i + 1}
          change={(next) => (draft.value = { ...draft.value, scenes: at(draft.value.scenes, i, next) })}
        />
      ))}
      {theirs.value && (
        <Theirs theirs={theirs.value.script} take={() => resolve(true)} overwrite={() => resolve(false)} />
      )}
      <div class="row">
        <button class="main" disabled={busy.value}>
          {t.save}
        </button>
        <a href={`#/scripts/${id}`}>{t.back}</a>
      </div>
      <p role="alert">{wrong}</p>
    </form>
  )
}

export function Edit({ id }: { id: string }) {
  const { data, error } = useAnswer(() => load(id), [id]).value
  if (error !== undefined) return <p role="alert">{told(error)}</p>
  return data ? <Editor id={id} read={data} /> : <p>{t.loading}</p>
}
