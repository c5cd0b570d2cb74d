/** Brings a code to the telephone number that it is to prove. */
export const PHONE_CODE = 'phoneCode'

export const phoneCodeId = (id: string): string => `phone-code-${id}`

/** Neither number nor code: the activity asks for both when it sends. */
export interface PhoneCodeInput {
  readonly phone_code_id: string
}
