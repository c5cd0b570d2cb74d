import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { logEnd } from './running.ts'

const SHOWN: Readonly<Record<string, string>> = { warn: 'warning', error: 'error', fatal: 'fatal' }
const REPEATS_HIDDEN_FOR_MS = 10_000

export interface FollowOptions {
  readonly name: string
  readonly path: string
  /** Every line, not warnings only. */
  readonly verbose: boolean
  readonly say: (line: string) => void
}

/**
 * Shows what a process writes to its log from now on: warnings, as one short line each. Polled, for a file may be renamed or made later,
 * which `fs.watch` tells differently on each system. Gives the function that ends it.
 */
export function followLog({ name, path, verbose, say }: FollowOptions): () => void {
  let at = logEnd(path)
  let rest = ''
  const decoder = new StringDecoder('utf8')
  const shown = new Map<string, number>()

  const look = () => {
    const end = logEnd(path)
    if (end < at) at = 0 // a new file in its place
    if (end === at) return
    const chunk = Buffer.alloc(Math.min(end - at, 1 << 20))
    const file = openSync(path, 'r')
    const size = readSync(file, chunk, 0, chunk.length, at)
    closeSync(file)
    at += size
    const lines = (rest + decoder.write(chunk.subarray(0, size))).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) show(line)
  }

  const show = (line: string) => {
    const text = shorten(line, verbose)
    if (text === null) return
    const now = Date.now()
    // A server that is away gives the same warning many times a second.
    if (!verbose && now - (shown.get(text) ?? 0) < REPEATS_HIDDEN_FOR_MS) return
    if (shown.size > 500) shown.clear()
    shown.set(text, now)
    say(`${name}: ${text}`)
  }

  const timer = setInterval(() => {
    try {
      look()
    } catch {
      // The file is being replaced; the next look finds it.
    }
  }, 500)
  return () => clearInterval(timer)
}

/** What of a line is shown. */
interface Line {
  readonly 'log.level'?: string
  readonly message?: string
  readonly error?: { readonly message?: string }
}

/** A log line for a person; null when it need not be seen. */
function shorten(line: string, verbose: boolean): string | null {
  if (!line.startsWith('{')) return verbose && line.trim() !== '' ? line : null
  try {
    const { 'log.level': level, message, error } = JSON.parse(line) as Line
    if (level === undefined || (!verbose && !Object.hasOwn(SHOWN, level))) return null
    const cause = error?.message && error.message !== message ? ` (${error.message})` : ''
    return `${SHOWN[level] ?? level}: ${message ?? ''}${cause}`
  } catch {
    return verbose ? line : null
  }
}
