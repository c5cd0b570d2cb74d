import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useAnswer } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { t } from '../../words.ts'
import { words } from './words.ts'

export interface Asked {
  readonly q: string
  readonly tag: string
  /** Those of others instead of one's own. */
  readonly shared: boolean
}

/** Which scripts are shown. */
export function Filters({ asked, changed }: { asked: Signal<Asked>; changed: number }) {
  const { q, tag, shared } = asked.value
  const tags = useAnswer(() => scenor.call('GET /tags'), [changed]).value.data?.items ?? []
  const field = useRef<HTMLInputElement>(null)
  // What is being typed stays as long as nothing else is asked for.
  useEffect(() => {
    if (field.current) field.current.value = q
  }, [q])
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    asked.value = { ...asked.value, q: String(new FormData(event.currentTarget as HTMLFormElement).get('q')).trim() }
  }
  const choose = (next: string) => (asked.value = { ...asked.value, tag: next })
  // A tag that was chosen on a card may be somebody else's.
  const shown = tag === '' || tags.some(({ name }) => name === tag) ? tags : [...tags, { name: tag, count: 0 }]
  return (
    <>
      <form class="row" role="search" onSubmit={search}>
        <label class="grow">
          {t.search}
          <input ref={field} name="q" type="search" maxLength={2000} />
        </label>
        <button>{t.search}</button>
      </form>
      <div class="row filters">
        <div class="tags" role="group" aria-label={words.whose}>
          {[false, true].map((one) => (
            <button
              key={String(one)}
              class="tag"
              aria-pressed={shared === one}
              onClick={() => (asked.value = { ...asked.value, shared: one })}
            >
              {one ? words.shared : words.mine}
            </button>
          ))}
        </div>
        {shown.length > 0 && (
          <div class="tags" role="group" aria-label={words.tags}>
            <button class="tag" aria-pressed={tag === ''} onClick={() => choose('')}>
              {words.all}
            </button>
            {shown.map(({ name, count }) => (
              <button key={name} class="tag" aria-pressed={tag === name} onClick={() => choose(name)}>
                {name} {count > 0 && <small>{count}</small>}
              </button>
            ))}
          </div>
        )}
      </div>
    </>
  )
}
