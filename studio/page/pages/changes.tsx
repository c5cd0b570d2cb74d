import type { VersionDiff } from '../../../client/index.ts'
import { told, useAnswer, useTitle } from '../asking.ts'
import { scenor } from '../session.ts'
import { t } from '../words.ts'

type Pieces = VersionDiff['fields'][number]['pieces']

/** What went, struck; what came, underlined: the page that film people mark up. */
const Redline = ({ pieces }: { pieces: Pieces }) => (
  <>
    {pieces.map(({ op, text }, i) =>
      op === 'same' ? (
        <span key={i}>{text}</span>
      ) : op === 'added' ? (
        <ins key={i}>{text}</ins>
      ) : (
        <del key={i}>{text}</del>
      ),
    )}
  </>
)

/** What changed in a version against the one before. */
export function Changes({ id, n }: { id: string; n: number }) {
  const answer = useAnswer(
    () => scenor.call('GET /scenarios/{id}/diff', { params: { id }, query: { from: n - 1, to: n } }),
    [id, n],
  )
  useTitle(() => `${t.changes} ${n - 1} → ${n}`)
  const { data, error } = answer.value
  const diff = data instanceof Blob ? undefined : data
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>
        {t.changes} {n - 1} → {n}
      </h1>
      <p>
        <a href={`#/scripts/${id}`}>{t.back}</a>
      </p>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!diff && error === undefined && <p>{t.loading}</p>}
      {diff?.fields.map(({ field, pieces }) => (
        <p key={field}>
          <small>{field}: </small>
          <Redline pieces={pieces} />
        </p>
      ))}
      {diff?.facts.map(({ fact, was, is }) => (
        <p key={fact}>
          <small>{fact}: </small>
          <del>{String(was)}</del> <ins>{String(is)}</ins>
        </p>
      ))}
      {diff?.scenes.map(({ scene_id, heading, rows }) => (
        <section key={scene_id} class="paper">
          <h2>
            <Redline pieces={heading} />
          </h2>
          {rows.map(({ row_id, visual, audio, on_screen_text }) => (
            <div key={row_id}>
              {[visual, on_screen_text, audio].map(
                (pieces, i) =>
                  pieces.length > 0 && (
                    <p key={i}>
                      <Redline pieces={pieces} />
                    </p>
                  ),
              )}
            </div>
          ))}
        </section>
      ))}
    </section>
  )
}
