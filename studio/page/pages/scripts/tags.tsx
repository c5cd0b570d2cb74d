import { useSignal } from '@preact/signals'
import type { Scenario, ScenarioBody } from '../../../../client/index.ts'
import { useAct } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { language } from '../../words.ts'
import { words } from './words.ts'

/** What a PUT takes: every field that is not sent would become empty. */
function bodyOf(script: Scenario): ScenarioBody {
  const { title, description, status, language: written, platform, kind, tone, audience, target_duration_s } = script
  const { hook, cta, disclosure, scenes } = script
  return {
    ...{ title, description, status, language: written, platform, kind, tone, audience, target_duration_s },
    ...{ hook, cta, disclosure, scenes },
  }
}

/** The tags of a script, and more of them. */
export function Tags({ script, changed }: { script: Scenario; changed: () => void }) {
  const { busy, wrong, act } = useAct()
  const said = useSignal('')
  const { id, version, tags } = script
  const put = (next: readonly string[]) =>
    act(async () => {
      const headers = { 'If-Match': `"${version}.${language.value}"` }
      await scenor.call('PUT /scenarios/{id}', { params: { id }, headers, body: { ...bodyOf(script), tags: next } })
      said.value = words.tagsChanged
      changed()
    })
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    put([...tags, String(new FormData(form).get('tag')).trim()])
    form.reset()
  }
  if (!['owner', 'editor'].includes(script.my_role)) return <p class="quiet">{tags.join(' · ')}</p>
  return (
    <div class="row">
      {tags.map((tag) => (
        <button
          key={tag}
          class="tag"
          disabled={busy.value}
          aria-label={`${words.removeTag}: ${tag}`}
          onClick={() => put(tags.filter((one) => one !== tag))}
        >
          {tag} <span aria-hidden="true">×</span>
        </button>
      ))}
      <form class="row" onSubmit={add}>
        <input name="tag" class="short" maxLength={100} required aria-label={words.addTag} placeholder={words.addTag} />
        <button disabled={busy.value}>{words.add}</button>
      </form>
      <span role="status" class="sr-only">
        {said}
      </span>
      <p role="alert">{wrong}</p>
    </div>
  )
}
