import { domainToASCII } from 'node:url'
import { nfc } from '../script/nfc.ts'

/** Characters of an address (RFC 5321 §4.5.3.1.3). */
export const MAX_EMAIL = 254

/** Words of an address without quotes (RFC 5322 atoms, RFC 6532 letters), and a domain name of two labels or more, in ASCII. */
const ADDRESS =
  /^(?=.{1,64}@)[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u

/** Letters, digits and hyphens between dots: what takes a domain name apart looks for more than these. */
const LABELS = /^[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)+$/u

/**
 * The form in which addresses are kept and compared: in lower case, an internationalised domain as its A-labels (UTS #46), so that both of
 * its spellings are one. A domain that has none stays as it is, and is no address.
 */
export function canonicalEmail(address: string): string {
  const text = nfc(address.trim()).toLowerCase()
  const at = text.lastIndexOf('@') + 1
  const domain = text.slice(at)
  const convertible = at > 0 && domain.length <= MAX_EMAIL && LABELS.test(domain) && domain.normalize('NFKC') === domain
  return text.slice(0, at) + ((convertible && domainToASCII(domain)) || domain)
}

/** An A-label that none of its letters gives (`xn--` and anything) would be a second account of somebody, or nobody's. */
const isOwnForm = (address: string): boolean => {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return !/(^|\.)xn--/.test(domain) || domainToASCII(domain) === domain
}

/**
 * Whether a canonical address can be one. A mailer may fold what a check let through (a full-width `＠` becomes `@`), so an address that
 * NFKC changes in anything but case is none.
 */
export const isEmailAddress = (address: string): boolean =>
  address.length <= MAX_EMAIL && address.normalize('NFKC') === address && ADDRESS.test(address) && isOwnForm(address)

/** Where dots in the name mean nothing. */
const DOTLESS = new Set(['gmail.com', 'googlemail.com'])

/**
 * What stands for the mailbox behind an address: `+words` and, where they mean nothing, dots make other addresses of the same one. To count
 * and compare by; mails go to the address.
 * @param address canonical
 */
export function mailboxOf(address: string): string {
  const cut = address.lastIndexOf('@')
  const domain = address.slice(cut + 1)
  const name = address.slice(0, cut).replace(/(?<=.)\+.*$/, '')
  return DOTLESS.has(domain) ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${domain}`
}
