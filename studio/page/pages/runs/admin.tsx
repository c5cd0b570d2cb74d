import { effect, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { scenor, signedIn } from '../../session.ts'
import { t } from '../../words.ts'
import { r } from './words.ts'

/** Whether the person who is signed in runs the installation; undefined: nobody knows yet. */
export const isAdmin = signal<boolean | undefined>(undefined)

effect(() => {
  if (signedIn.value !== true) {
    isAdmin.value = undefined
    return
  }
  scenor.call('GET /auth/me').then(
    ({ roles }) => (isAdmin.value = roles.includes('admin')),
    () => (isAdmin.value = false),
  )
})

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
