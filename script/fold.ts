import { nfc } from './nfc.ts'

/** Texts that people take for the same word: case and ё do not count. Used for tags, search and comparisons, never shown. */
export const fold = (text: string): string => nfc(text).toLowerCase().replaceAll('ё', 'е')

/** Tags without those that fold to an earlier one, in their order. */
export function distinctTags(tags: readonly string[]): string[] {
  const seen = new Set<string>()
  return tags.filter((tag) => {
    const key = fold(tag)
    return !seen.has(key) && seen.add(key)
  })
}
