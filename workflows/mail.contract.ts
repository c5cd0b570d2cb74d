/** Sends one letter of `auth`. */
export const MAIL = 'mail'

export const mailId = (letterId: string): string => `mail-${letterId}`

/** Neither address nor token: the activity asks for both when it sends. */
export interface MailInput {
  readonly letter_id: string
}
