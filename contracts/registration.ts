import type { Attempt } from './attempt.ts'

/** Makes an account usable: profile in `users`, then activation in `auth`. */
export const REGISTRATION = 'registration'

/** No e-mail, phone number or hash: the steps read those by id. */
export interface RegistrationInput extends Attempt {
  readonly account_id: string
  readonly username: string
  readonly full_name: string | null
  readonly locale: string | null
  /** Whether there is a phone number to ask `auth` for. */
  readonly has_phone_number: boolean
  readonly request_id: string
}

export interface RegistrationResult {
  readonly user_id: string
}
