import { kinds, platforms } from '../../labels.ts'
import type { Script } from '../../script/script.ts'
import { t } from '../../words.ts'
import type { Draft } from './draft.ts'
import { w } from './words.ts'

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)

/** What the writer of a scene is told of the whole: scenes that were written before it changed are marked once it is saved. */
export function BriefFields({ draft }: { draft: Draft }) {
  const script = draft.script.value
  const set = (next: Partial<Script>, by: string) => draft.set({ ...script, ...next }, by)
  const choice = <Name extends 'kind' | 'platform'>(name: Name, said: Readonly<Record<Script[Name], string>>) => (
    <label>
      {t[name]}
      <select value={script[name]} onChange={({ currentTarget: { value } }) => set({ [name]: value }, name)}>
        {Object.entries<string>(said).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
  const words = (name: 'audience' | 'cta') => (
    <label>
      {t[name]}
      <input
        maxLength={500}
        value={script[name]}
        onInput={({ currentTarget: { value } }) => set({ [name]: value }, name)}
      />
    </label>
  )
  return (
    <details>
      <summary>{w.brief}</summary>
      <div class="fields">
        {words('audience')}
        {words('cta')}
        <label>
          {t.tone}
          <input
            maxLength={300}
            value={script.tone.join(', ')}
            onChange={({ currentTarget: { value } }) => set({ tone: listed(value).slice(0, 10) }, 'tone')}
          />
        </label>
        <label>
          {t.length}
          <input
            type="number"
            min={5}
            max={1800}
            required
            value={script.target_duration_s}
            onChange={({ currentTarget: { valueAsNumber: seconds } }) =>
              seconds > 0 && set({ target_duration_s: seconds }, 'length')
            }
          />
        </label>
        {choice('kind', kinds)}
        {choice('platform', platforms)}
      </div>
    </details>
  )
}
