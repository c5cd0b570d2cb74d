import type { Attempt } from './attempt.ts'

/** Turns a share by e-mail address into access, or leaves it an invitation. */
export const SHARING = 'sharing'

export const sharingId = (id: string): string => `sharing-${id}`

/** The address stays in the share's row: the steps read it by id. */
export interface SharingInput extends Attempt {
  readonly share_id: string
  readonly request_id: string
}

export interface SharingResult {
  readonly share_id: string
  readonly status: 'active' | 'invited' | 'revoked'
}
