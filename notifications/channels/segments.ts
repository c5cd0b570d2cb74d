/** Characters of the GSM 03.38 alphabet; those of its extension table count twice. */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const GSM_EXTENDED = '^{}\\[~]|€'

const isGsm = (text: string): boolean => [...text].every((c) => GSM.includes(c) || GSM_EXTENDED.includes(c))

/** How many messages a text is billed as (3GPP TS 23.038: 160 or 153 of GSM, 70 or 67 units of UCS-2). */
export function countSegments(text: string): number {
  if (isGsm(text)) {
    const units = [...text].reduce((sum, c) => sum + (GSM_EXTENDED.includes(c) ? 2 : 1), 0)
    return units <= 160 ? 1 : Math.ceil(units / 153)
  }
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67)
}

/** The text, shortened at a character so that it is billed as at most so many. */
export function withinSegments(text: string, most: number): string {
  if (countSegments(text) <= most) return text
  const characters = [...text]
  let [fits, tooLong] = [0, characters.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (countSegments(`${characters.slice(0, middle).join('')}…`) <= most) fits = middle
    else tooLong = middle
  }
  return `${characters.slice(0, fits).join('')}…`
}
