import './people.css'
import { signal, type ReadonlySignal } from '@preact/signals'
import type { Me } from '../../client/index.ts'
import { scenor, signedIn } from './session.ts'
import { inLanguage } from './words.ts'

const words = inLanguage({
  en: { someone: 'somebody', you: 'you' },
  ru: { someone: 'кто-то', you: 'вы' },
})

/** Who is signed in, once the API has said so; null: it would not say. */
export const me = signal<Me | null | undefined>(undefined)
signedIn.subscribe((is) => {
  if (!is) me.value = undefined
  else
    scenor.call('GET /auth/me').then(
      (person) => (me.value = person),
      () => (me.value = null),
    )
})

const names = new Map<string, ReadonlySignal<string>>()

/** What a person is called: asked once for each, and nobody any more where an account is gone. */
export function nameOf(id: string): string {
  if (id === me.value?.id) return words.you
  const known = names.get(id)
  if (known) return known.value
  const name = signal<string>(words.someone)
  names.set(id, name)
  scenor.call('GET /users/{id}', { params: { id } }).then(
    (person) => (name.value = person.full_name || person.username),
    () => {},
  )
  return name.value
}

/** Counts what the signed-in person was told since the page was opened. */
export const heard = signal(0)
