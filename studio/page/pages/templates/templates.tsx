import type { Template } from '../../../../client/index.ts'
import { told, useAnswer, useTitle } from '../../asking.ts'
import { called } from '../../kinds.ts'
import { scenor } from '../../session.ts'
import { duration, language, t } from '../../words.ts'
import { words } from './words.ts'

async function all(): Promise<readonly Template[]> {
  const templates: Template[] = []
  for await (const one of scenor.pages('GET /templates', { query: { limit: 100 } })) templates.push(one)
  return templates
}

const List = ({ templates }: { templates: readonly Template[] }) => (
  <ul class="cards">
    {templates.map(({ id, name, target_duration_s, kind, platform, beats, language }) => (
      <li key={id}>
        <div class="grow">
          <a href={`#/templates/${id}`} lang={language}>
            {name}
          </a>
          <div>
            <small>{[duration(target_duration_s), called(kind), called(platform), language].join(' · ')}</small>
          </div>
          <div>
            <small>
              {beats.map(({ beat, share }) => `${words[beat]} ${Math.round(share * 100)}\u00a0%`).join(' → ')}
            </small>
          </div>
        </div>
      </li>
    ))}
  </ul>
)

/** Those in the language that is spoken come first. */
const isMine = (template: Template): boolean => template.language === language.value

export function Templates() {
  useTitle(() => words.templates)
  const { data, error } = useAnswer(all, []).value
  const readyMade = data?.filter(({ built_in }) => built_in) ?? []
  const own = data?.filter(({ built_in }) => !built_in) ?? []
  return (
    <>
      <div class="row">
        <h1 tabIndex={-1} class="grow">
          {words.templates}
        </h1>
        <a class="button main" href="#/templates/new">
          {words.make}
        </a>
      </div>
      <p class="quiet">{words.hint}</p>
      {error !== undefined && <p role="alert">{told(error)}</p>}
      {!data && error === undefined && <p>{t.loading}</p>}
      {data && (
        <>
          <h2>{words.own}</h2>
          {own.length === 0 ? <p class="empty">{words.none}</p> : <List templates={own} />}
          <h2>{words.builtIn}</h2>
          <List templates={[...readyMade.filter(isMine), ...readyMade.filter((one) => !isMine(one))]} />
        </>
      )}
    </>
  )
}
