/** Sends one account mail of `auth`, or the mail that invites an address to a scenario. */
export const MAIL = 'mail'

/** @param id the account mail's or the share's */
export const mailId = (id: string): string => `mail-${id}`

/** Neither address nor token: the activity asks for both when it sends. */
export interface AccountMailInput {
  readonly letter_id: string
}

/** Neither address nor words, as above. */
export interface InvitationInput {
  readonly share_id: string
}

export type MailInput = AccountMailInput | InvitationInput
