import { signal } from '@preact/signals'

/** What is asked for, as it stands in the address of the page. */
export const FIELDS = ['q', 'kind', 'status', 'code', 'provider', 'owner', 'hours'] as const
export type Filter = Partial<Record<(typeof FIELDS)[number], string>>

export const placeOf = (filter: Filter): string => {
  const given = new URLSearchParams(FIELDS.flatMap((name) => (filter[name] ? [[name, filter[name]]] : [])))
  return given.size === 0 ? '/runs' : `/runs/where/${encodeURIComponent(given.toString())}`
}

export const filterOf = (written: string): Filter => {
  const given = new URLSearchParams(written)
  return Object.fromEntries(FIELDS.flatMap((name) => (given.get(name) ? [[name, given.get(name) ?? '']] : [])))
}

interface View {
  readonly name: string
  readonly place: string
}

const KEPT = 'scenor.views'
function kept(): View[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '[]') as View[]
  } catch {
    return []
  }
}

/** Views that somebody keeps in this browser. */
export const views = signal(kept())

const keep = (next: View[]): void => {
  views.value = next
  localStorage.setItem(KEPT, JSON.stringify(next))
}
export const keepView = (view: View): void => keep([...views.value.filter(({ name }) => name !== view.name), view])
export const forgetView = (name: string): void => keep(views.value.filter((view) => view.name !== name))
