import type { Scenario } from '../../../client/index.ts'
import { told, useAct, useAnswer, useTitle } from '../asking.ts'
import { scenor } from '../session.ts'
import { duration, moment, t } from '../words.ts'
import { Tags } from './scripts/tags.tsx'
import { CommentOn } from './comments/comment-on.tsx'
import { Comments } from './comments/comments.tsx'
import { Sharing } from './sharing/sharing.tsx'

const FORMATS = [
  'pdf',
  'docx',
  'prompter',
  'shotlist',
  'fountain',
  'fdx',
  'srt',
  'vtt',
  'csv',
  'md',
  'txt',
  'json',
] as const
type Format = (typeof FORMATS)[number]

/** Seconds from the beginning at which each row of each scene begins. */
function beginnings({ scenes }: Scenario): number[][] {
  let at = 0
  return scenes.map(({ rows }) =>
    rows.map(({ duration_s }) => {
      const begin = at
      at += duration_s
      return begin
    }),
  )
}

export function Columns({ script }: { script: Scenario }) {
  const begins = beginnings(script)
  return (
    <div class="script" lang={script.language}>
      {script.scenes.map((scene, i) => (
        <section key={scene.id} aria-labelledby={`scene-${scene.id}`}>
          <h2 id={`scene-${scene.id}`}>
            {i + 1}. {scene.heading || t.scene}
          </h2>
          <CommentOn scene={scene.id} name={`${t.scene} ${i + 1}`} />
          <table>
            <thead class="sr-only">
              <tr>
                <th scope="col">{t.time}</th>
                <th scope="col">{t.picture}</th>
                <th scope="col">{t.sound}</th>
              </tr>
            </thead>
            <tbody>
              {scene.rows.map((row, j) => (
                <tr key={row.id}>
                  <td class="time">
                    {duration(begins[i]?.[j] ?? 0)}
                    <small>{duration(row.duration_s)}</small>
                    <CommentOn scene={scene.id} row={row.id} name={`${t.scene} ${i + 1}, ${t.row} ${j + 1}`} />
                  </td>
                  <td data-label={t.picture}>
                    {row.visual}
                    {row.on_screen_text && (
                      <p class="caption">
                        <small>{t.onScreen}: </small>
                        {row.on_screen_text}
                      </p>
                    )}
                  </td>
                  <td data-label={t.sound}>
                    {row.audio.map((line, k) => (
                      <p key={k}>
                        <small>{[line.speaker, line.type].filter(Boolean).join(' · ')}</small> {line.text}
                      </p>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  )
}

function Exports({ id }: { id: string }) {
  const { busy, wrong, act } = useAct()
  const download = (event: SubmitEvent) => {
    event.preventDefault()
    const format = String(new FormData(event.currentTarget as HTMLFormElement).get('format')) as Format
    act(async () => {
      const { url } = await scenor.call('POST /scenarios/{id}/export-link', { params: { id }, body: { format } })
      // The address that clients know may be another name of this server: the page stays at its own.
      const { pathname, search } = new URL(url)
      location.assign(pathname + search)
    })
  }
  return (
    <form class="row" onSubmit={download}>
      <label>
        {t.format}
        <select name="format">
          {FORMATS.map((format) => (
            <option key={format}>{format}</option>
          ))}
        </select>
      </label>
      <button disabled={busy.value}>{t.download}</button>
      <p role="alert">{wrong}</p>
    </form>
  )
}

function Versions({ id, current, restored }: { id: string; current: number; restored: () => void }) {
  const { busy, wrong, act } = useAct()
  const answer = useAnswer(
    () => scenor.call('GET /scenarios/{id}/versions', { params: { id }, query: { limit: 50 } }),
    [id, current],
  )
  const restore = (n: number) =>
    act(async () => {
      await scenor.call('POST /scenarios/{id}/versions/{n}/restore', { params: { id, n } })
      restored()
    })
  const { data, error } = answer.value
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">{t.versions}</h2>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      <ul class="cards">
        {data?.items.map(({ n, created_at, origin, message }) => (
          <li key={n}>
            <span>
              {t.version} {n} {n === current && `(${t.current})`}
              <small>
                {' '}
                {moment(created_at)} · {origin} {message}
              </small>
            </span>
            <span class="row">
              {n > 1 && (
                <a href={`#/scripts/${id}/changes/${n}`} aria-label={`${t.compare}: ${t.version} ${n}`}>
                  {t.compare}
                </a>
              )}
              {n !== current && (
                <button onClick={() => restore(n)} disabled={busy.value} aria-label={`${t.restore}: ${t.version} ${n}`}>
                  {t.restore}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <p role="alert">{wrong}</p>
    </section>
  )
}

export function Script({ id }: { id: string }) {
  const ask = () => scenor.call('GET /scenarios/{id}', { params: { id } })
  const answer = useAnswer(ask, [id])
  const { data: script, error } = answer.value
  useTitle(() => answer.value.data?.title ?? t.script)
  const reload = () => void ask().then((data) => (answer.value = { data, error: undefined }))
  if (error !== undefined)
    return (
      <>
        <h1 tabIndex={-1}>{t.script}</h1>
        <p role="alert">{told(error)}</p>
      </>
    )
  if (!script) return <p>{t.loading}</p>
  const failing = script.checks.filter((check) => !check.pass)
  return (
    <>
      <h1 tabIndex={-1} lang={script.language}>
        {script.title}
      </h1>
      <p>
        {duration(script.est_duration_s)} {t.total} · {script.platform} · {script.kind} · {t.version} {script.version}
      </p>
      <Tags script={script} changed={reload} />
      {script.is_demo && <p class="note">{t.demo}</p>}
      {failing.length > 0 && (
        <ul class="note">
          {failing.map(({ check, reason }) => (
            <li key={check}>{reason}</li>
          ))}
        </ul>
      )}
      {['owner', 'editor'].includes(script.my_role) && (
        <p>
          <a class="button" href={`#/scripts/${id}/edit`}>
            {t.edit}
          </a>
        </p>
      )}
      <Exports id={id} />
      <Columns script={script} />
      <Comments script={script} />
      <Sharing script={script} />
      <Versions id={id} current={script.version} restored={reload} />
    </>
  )
}
