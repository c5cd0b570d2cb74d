import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Template } from '../../../../client/index.ts'
import { t } from '../../words.ts'
import { words } from './words.ts'

export type Beat = Template['beats'][number]['beat']
const BEATS: readonly Beat[] = ['hook', 'problem', 'solution', 'proof', 'demo', 'offer', 'cta', 'outro', 'free']

/** A part with its share in whole percents, as people count. */
export interface Part {
  readonly key: number
  readonly beat: Beat
  readonly percent: number
}
let made = 0
export const part = (beat: Beat, percent: number): Part => ({ key: ++made, beat, percent })
export const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { percent }) => sum + percent, 0)

interface Props {
  readonly parts: readonly Part[]
  readonly change: (parts: readonly Part[]) => void
}

/** How the time of a script is divided; what is missing to a whole is said, and the next part takes it. */
export function Beats({ parts, change }: Props) {
  const last = useRef<HTMLSelectElement>(null)
  const added = useSignal(0)
  useEffect(() => {
    if (added.value > 0) last.current?.focus()
  }, [added.value])
  const set = (key: number, to: Partial<Part>) =>
    change(parts.map((one) => (one.key === key ? { ...one, ...to } : one)))
  const sum = sumOf(parts)
  const add = () => {
    change([...parts, part('free', Math.max(0, 100 - sum))])
    added.value += 1
  }
  return (
    <fieldset>
      <legend>{words.beats}</legend>
      {parts.map(({ key, beat, percent }, i) => (
        <div key={key} class="row beat">
          <label class="grow">
            {words.beat} {i + 1}
            <select
              ref={i === parts.length - 1 ? last : null}
              value={beat}
              onChange={({ currentTarget }) => set(key, { beat: currentTarget.value as Beat })}
            >
              {BEATS.map((one) => (
                <option key={one} value={one}>
                  {words[one]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words.share}
            <span class="sr-only"> ({i + 1})</span>
            <input
              type="number"
              class="short"
              min={1}
              max={100}
              required
              value={percent}
              onInput={({ currentTarget }) => set(key, { percent: Number(currentTarget.value) })}
            />
          </label>
          <button
            type="button"
            disabled={parts.length === 1}
            aria-label={`${t.remove}: ${words.beat} ${i + 1}`}
            onClick={() => change(parts.filter((one) => one.key !== key))}
          >
            {t.remove}
          </button>
        </div>
      ))}
      <div class="row">
        <button type="button" onClick={add}>
          {words.addBeat}
        </button>
        <span role="status" class={sum === 100 ? 'quiet' : 'wrong'}>
          {words.sum} {sum} %{sum !== 100 && `, ${words.must}`}
        </span>
      </div>
    </fieldset>
  )
}
