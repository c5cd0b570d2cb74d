import type { ComponentChildren } from 'preact'
import { useTitle } from '../../asking.ts'
import { fits } from '../../route.ts'
import { words } from './words.ts'

const PARTS = [
  ['account', words.profile],
  ['account/sign-in', words.signIn],
  ['account/notifications', words.told],
  ['account/data', words.data],
] as const

/** A part of the account, with the ways to the others. */
export function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  useTitle(() => title)
  return (
    <section class="narrow">
      <nav class="parts" aria-label={words.parts}>
        {PARTS.map(([path, name]) => (
          <a key={path} href={`#/${path}`} aria-current={fits(path) ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </section>
  )
}
