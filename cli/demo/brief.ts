import { readFileSync } from 'node:fs'

/** What the demo posts: the body of `POST /ai/generate`. */
export interface Brief {
  readonly brief: string
  readonly [field: string]: string | number | readonly string[]
}

/** The file cannot be used; the message says why. */
export class BriefError extends Error {
  override readonly name = 'BriefError'
}

const HEADERS = {
  kind: 'text',
  platform: 'text',
  language: 'text',
  tone: 'list',
  audience: 'text',
  target_duration_s: 'number',
  cta: 'text',
  must_include: 'list',
  must_avoid: 'list',
} as const

const MIN_LENGTH = 10
const MAX_LENGTH = 8_000

/** Reads a brief file. @throws BriefError */
export function readBrief(path: string): Brief {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const what =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code})`
    throw new BriefError(`${path}: ${what}`, { cause })
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new BriefError(`${path}: it is not UTF-8 text`, { cause })
  }
  return parseBrief(text, path)
}

/**
 * A brief, with or without header lines before it (`platform: youtube`), parted from it by an empty line. Lists are separated by `;`.
 * @throws BriefError
 */
export function parseBrief(text: string, name = 'the brief'): Brief {
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n')
  const blank = lines.findIndex((line) => line.trim() === '')
  const head = lines.slice(0, Math.max(blank, 0))
  // Only lower-case Latin words are header names: "Задача: …" or "Product: …" begins the brief itself.
  const hasHeaders = head.length > 0 && head.every((line) => /^[a-z_]+:/.test(line))
  const fields = hasHeaders ? Object.fromEntries(head.map((line) => header(line, name))) : {}
  const brief = (hasHeaders ? lines.slice(blank) : lines).join('\n').trim()
  const length = [...brief].length
  if (length === 0) throw new BriefError(`${name}: the brief is empty`)
  if (length < MIN_LENGTH || length > MAX_LENGTH)
    throw new BriefError(`${name}: the brief has ${length} characters; it must have ${MIN_LENGTH} to ${MAX_LENGTH}`)
  return { ...fields, brief }
}

function header(line: string, name: string): [string, string | number | readonly string[]] {
  const cut = line.indexOf(':')
  const key = line.slice(0, cut)
  const value = line.slice(cut + 1).trim()
  if (!Object.hasOwn(HEADERS, key))
    throw new BriefError(`${name}: unknown header "${key}". Known are: ${Object.keys(HEADERS).join(', ')}`)
  const kind = HEADERS[key as keyof typeof HEADERS]
  if (kind === 'list')
    return [
      key,
      value
        .split(';')
        .map((item) => item.trim())
        .filter(Boolean),
    ]
  if (kind === 'text') return [key, value]
  if (!/^\d+$/.test(value)) throw new BriefError(`${name}: ${key} must be a whole number`)
  return [key, Number(value)]
}
