import { useSignal } from '@preact/signals'
import type { VersionDiff } from '../../../client/index.ts'
import { told, useAct, useAnswer, useTitle } from '../asking.ts'
import { go } from '../route.ts'
import { scenor } from '../session.ts'
import { t } from '../words.ts'
import { w } from './changes/words.ts'

type Pieces = VersionDiff['fields'][number]['pieces']
type Rows = VersionDiff['scenes'][number]['rows']

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

const Row = ({ row: { visual, on_screen_text, audio, change } }: { row: Rows[number] }) => (
  <div class={`changed ${change}`}>
    {change === 'moved' && <small>{w.moved}</small>}
    {[visual, on_screen_text, audio].map(
      (pieces, i) =>
        pieces.length > 0 && (
          <p key={i}>
            <Redline pieces={pieces} />
          </p>
        ),
    )}
  </div>
)

const Diff = ({ diff }: { diff: VersionDiff }) => (
  <>
    {diff.fields.map(({ field, pieces }) => (
      <p key={field}>
        <small>{field}: </small>
        <Redline pieces={pieces} />
      </p>
    ))}
    {diff.facts.map(({ fact, was, is }) => (
      <p key={fact}>
        <small>{fact}: </small>
        <del>{String(was)}</del> <ins>{String(is)}</ins>
      </p>
    ))}
    {diff.scenes.map(({ scene_id, heading, rows, change }) => (
      <section key={scene_id} class="paper">
        <h2>
          {heading.length > 0 ? <Redline pieces={heading} /> : t.scene}
          {change === 'moved' && <small> {w.moved}</small>}
        </h2>
        {rows.map((row) => (
          <Row key={row.row_id} row={row} />
        ))}
      </section>
    ))}
  </>
)

/** Which two are compared: each pair has an address of its own. */
function Which({ id, from, to }: { id: string; from: number; to: number }) {
  const { data } = useAnswer(
    () => scenor.call('GET /scenarios/{id}/versions', { params: { id }, query: { limit: 100 } }),
    [id],
  ).value
  const said = useSignal('')
  const { busy, wrong, act } = useAct()
  const numbers = data?.items.map(({ n }) => n) ?? [to, from]
  const select = (label: string, chosen: number, choose: (n: number) => void) => (
    <label>
      {label}
      <select value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {numbers.map((n) => (
          <option key={n} value={n}>
            {t.version} {n}
          </option>
        ))}
      </select>
    </label>
  )
  const restore = () =>
    act(async () => {
      await scenor.call('POST /scenarios/{id}/versions/{n}/restore', { params: { id, n: from } })
      go(`/scripts/${id}`)
    })
  const copy = () =>
    act(async () => {
      await navigator.clipboard.writeText(location.href)
      said.value = w.copied
    })
  return (
    <form class="row">
      {select(w.from, from, (n) => go(`/scripts/${id}/changes/${n}/${to}`))}
      {select(w.to, to, (n) => go(`/scripts/${id}/changes/${from}/${n}`))}
      <button type="button" onClick={copy}>
        {w.copy}
      </button>
      <button type="button" disabled={busy.value} onClick={restore}>
        {w.restoreTo} {from}
      </button>
      <small role="status">{said}</small>
      <p role="alert">{wrong}</p>
    </form>
  )
}

/** What changed from one version to another, in one column. */
export function Changes({ id, from, to }: { id: string; from: number; to: number }) {
  const answer = useAnswer(
    () => scenor.call('GET /scenarios/{id}/diff', { params: { id }, query: { from, to } }),
    [id, from, to],
  )
  useTitle(() => `${t.changes} ${from} → ${to}`)
  const { data, error } = answer.value
  const diff = data instanceof Blob ? undefined : data
  const isEmpty =
    diff && diff.fields.length + diff.facts.length === 0 && diff.scenes.every(({ change }) => change === 'same')
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>
        {t.changes} {from} → {to}
      </h1>
      <p>
        <a href={`#/scripts/${id}`}>{t.back}</a>
      </p>
      <Which id={id} from={from} to={to} />
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!diff && error === undefined && <p>{t.loading}</p>}
      {isEmpty && <p>{w.none}</p>}
      {diff && !isEmpty && <Diff diff={diff} />}
    </section>
  )
}
