import type { JSX } from 'preact'
import { useSignal } from '@preact/signals'
import { go } from '../../route.ts'
import { FIELDS, forgetView, keepView, placeOf, views, type Filter } from './views.ts'
import { kinds, r, statuses } from './words.ts'

const HOURS = [
  ['1', r.h1],
  ['24', r.h24],
  ['168', r.h168],
  ['720', r.h720],
] as const

const Choice = ({
  name,
  label,
  value,
  children,
}: {
  name: string
  label: string
  value: string
  children: JSX.Element[]
}) => (
  <label>
    {label}
    <select name={name} value={value}>
      {children}
    </select>
  </label>
)
const options = (of: Readonly<Record<string, string>>) => [
  <option key="" value="">
    {r.all}
  </option>,
  ...Object.entries(of).map(([value, name]) => (
    <option key={value} value={value}>
      {name}
    </option>
  )),
]

/** What is to be shown; the address of the page says it too. */
export function Filters({ filter }: { filter: Filter }) {
  const choose = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    go(placeOf(Object.fromEntries(FIELDS.map((name) => [name, String(form.get(name) ?? '').trim()]))))
  }
  return (
    <form onSubmit={choose} key={placeOf(filter)}>
      <div class="fields">
        <Choice name="kind" label={r.kindOnly} value={filter.kind ?? ''}>
          {options(kinds)}
        </Choice>
        <Choice name="status" label={r.status} value={filter.status ?? ''}>
          {options(statuses)}
        </Choice>
        <Choice name="hours" label={r.last} value={filter.hours ?? '24'}>
          {HOURS.map(([hours, name]) => (
            <option key={hours} value={hours}>
              {name}
            </option>
          ))}
        </Choice>
        <label>
          {r.code}
          <input name="code" value={filter.code} placeholder="ai.timeout" />
        </label>
        <label>
          {r.provider}
          <input name="provider" value={filter.provider} />
        </label>
        <label>
          {r.found}
          <input name="q" type="search" value={filter.q} />
        </label>
      </div>
      <button class="main">{r.choose}</button>
    </form>
  )
}

/** The kept views, to go to. */
export function Views({ filter }: { filter: Filter }) {
  const place = placeOf(filter)
  return views.value.length === 0 ? null : (
    <ul class="row views">
      {views.value.map((view) => (
        <li key={view.name}>
          <a class="button" href={`#${view.place}`} aria-current={view.place === place ? 'page' : undefined}>
            {view.name}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** Keeps what is shown under a name, or forgets that name. */
export function KeepView({ filter }: { filter: Filter }) {
  const place = placeOf(filter)
  const said = useSignal('')
  const current = views.value.find((view) => view.place === place)
  const keep = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const name = String(new FormData(form).get('name')).trim()
    keepView({ name, place })
    said.value = name
    form.reset()
  }
  return (
    <form class="row" onSubmit={keep}>
      <label class="grow">
        {r.name}
        <input name="name" maxLength={60} required />
      </label>
      <button>{r.saveView}</button>
      {current && (
        <button type="button" onClick={() => forgetView(current.name)}>
          {r.forget}
        </button>
      )}
      <span class="sr-only" role="status">
        {said}
      </span>
    </form>
  )
}
