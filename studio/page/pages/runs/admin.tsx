import { computed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { me } from '../../people.ts'
import { t } from '../../words.ts'
import { r } from './words.ts'

/** Whether the person who is signed in runs the installation; undefined: nobody knows yet. */
export const isAdmin = computed(() => (me.value === null ? false : me.value?.roles.includes('admin')))

const PLACES = [
  ['#/runs', r.runs],
  ['#/runs/day', r.day],
  ['#/runs/state', r.state],
] as const

/** A page for those who run the installation; the API asks for the role itself. */
export function AdminPage({ title, children }: { title: string; children: ComponentChildren }) {
  if (isAdmin.value === undefined) return <p>{t.loading}</p>
  if (!isAdmin.value)
    return (
      <>
        <h1 tabIndex={-1}>{title}</h1>
        <p>{r.noSuch}</p>
      </>
    )
  return (
    <div class="runs">
      <h1 tabIndex={-1}>{title}</h1>
      <nav aria-label={r.runs}>
        {PLACES.map(([place, name]) => (
          <a key={place} href={place} aria-current={location.hash === place ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      {children}
    </div>
  )
}
