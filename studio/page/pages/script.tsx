import { told, useAnswer, useTitle } from '../asking.ts'
import { scenor } from '../session.ts'
import { duration, t } from '../words.ts'
import { Tags } from './scripts/tags.tsx'
import { Comments } from './comments/comments.tsx'
import { Sharing } from './sharing/sharing.tsx'
import { kinds, platforms } from '../labels.ts'
import { ownPace } from '../script/load.ts'
import { Columns } from './script/columns.tsx'
import { Exports } from './script/exports.tsx'
import { Versions } from './script/versions.tsx'
import './script/print.css'

export function Script({ id }: { id: string }) {
  const ask = () => scenor.call('GET /scenarios/{id}', { params: { id } })
  const answer = useAnswer(ask, [id])
  const { data: script, error } = answer.value
  const pace = useAnswer(ownPace, [])
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
  const mayEdit = script.my_role === 'owner' || script.my_role === 'editor'
  const failing = script.checks.filter((check) => !check.pass)
  return (
    <>
      <h1 tabIndex={-1} lang={script.language}>
        {script.title}
      </h1>
      <p>
        {duration(script.est_duration_s)} {t.total} · {platforms[script.platform]} · {kinds[script.kind]} · {t.version}{' '}
        {script.version}
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
      {mayEdit && (
        <p>
          <a class="button" href={`#/scripts/${id}/edit`}>
            {t.edit}
          </a>
        </p>
      )}
      <Exports id={id} />
      <Columns script={script} pace={pace.value.data} mayEdit={mayEdit} />
      <Comments script={script} />
      <Sharing script={script} />
      <Versions id={id} current={script.version} canRestore={mayEdit} restored={reload} />
    </>
  )
}
