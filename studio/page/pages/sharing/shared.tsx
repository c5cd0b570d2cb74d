import { told, useAnswer, useTitle } from '../../asking.ts'
import { called } from '../../kinds.ts'
import { scenor } from '../../session.ts'
import { duration, t } from '../../words.ts'
import { Columns } from '../script/columns.tsx'

/** What a link opens: to be read, by anybody who has it. */
export function Shared({ token }: { token: string }) {
  const answer = useAnswer(() => scenor.call('GET /shared/{token}', { params: { token } }), [token])
  const { data: script, error } = answer.value
  useTitle(() => answer.value.data?.title ?? t.script)
  return (
    <>
      <h1 tabIndex={-1} lang={script?.language}>
        {script?.title ?? t.script}
      </h1>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!script && error === undefined && <p>{t.loading}</p>}
      {script && (
        <>
          <p>
            {duration(script.est_duration_s)} {t.total} · {called(script.platform)} · {called(script.kind)}
          </p>
          {script.is_demo && <p class="note">{t.demo}</p>}
          <Columns script={script} />
        </>
      )}
    </>
  )
}
