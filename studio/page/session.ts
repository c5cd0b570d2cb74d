import { signal } from '@preact/signals'
import { createScenor } from '../../client/index.ts'
import { language } from './words.ts'

/** undefined: nobody knows yet. */
export const signedIn = signal<boolean | undefined>(undefined)

export const scenor = createScenor('', {
  session: 'cookie',
  language: language.value,
  onSignedOut: () => (signedIn.value = false),
})

scenor.auth.signedIn().then(
  (is) => (signedIn.value = is),
  () => (signedIn.value = false),
)

/** Whether this machine lets anybody try (npm start). */
export const takesGuests = document.documentElement.dataset['guest'] === 'yes'

export async function enter(how: 'login' | 'register', email: string, password: string): Promise<void> {
  if (how === 'login') await scenor.auth.login({ email, password })
  else await scenor.auth.register({ email, password, locale: language.value })
  signedIn.value = true
}

const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36).padStart(2, '0')).join('')

const GUESTS = '@example.test'
export const isGuest = (email: string): boolean => email.startsWith('guest-') && email.endsWith(GUESTS)

/** An account of a domain that can never exist, whose password nobody knows: it lives as long as its session. */
export const enterAsGuest = (): Promise<void> =>
  enter('register', `guest-${random()}${GUESTS}`, `${random()}-${random()}`)
