import { LRUCache } from 'lru-cache'
import { languageOfTag, type Language } from '../../language.ts'

/** Longer headers are not worth reading (browsers send under 200 characters). */
const MAX_LENGTH = 500

/** Browsers send few different headers: what they mean is worked out once. */
const known = new LRUCache<string, { language: Language | undefined }>({ max: 500 })

/** The first of our languages by quality in an `Accept-Language` header, or undefined when it names none of them. */
export function acceptedLanguage(header: string | undefined): Language | undefined {
  if (!header || header.length > MAX_LENGTH) return undefined
  const found = known.get(header) ?? { language: read(header) }
  known.set(header, found)
  return found.language
}

function read(header: string): Language | undefined {
  const wanted = header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.map((p) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(p)?.[1]).find(Boolean)
      return { language: languageOfTag(tag), quality: q === undefined ? 1 : Number(q) }
    })
    .filter((w) => w.language !== undefined && w.quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return wanted[0]?.language
}
