import { useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { language } from '../../words.ts'
import { w } from './words.ts'

/** One's own templates and those that are built in, in the language that is spoken. */
export function TemplateChoice({ chosen }: { chosen: string }) {
  const { data } = useAnswer(() => scenor.call('GET /templates', { query: { limit: 100 } }), []).value
  const shown = data?.items.filter((one) => !one.built_in || one.language === language.value || one.id === chosen)
  return (
    <label>
      {w.template}
      <select name="template">
        <option value="">{w.noTemplate}</option>
        {chosen && !shown && <option value={chosen} selected />}
        {shown?.map(({ id, name }) => (
          <option key={id} value={id} selected={id === chosen}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
