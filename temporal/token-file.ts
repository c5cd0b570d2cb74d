import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'

type Token = Pick<Config, 'TEMPORAL_API_KEY' | 'temporalTokenFile'>

const LOOK_MS = 1_000
const seen = new Map<string, { at: number; token: string }>()

/**
 * The token as it is now: one of a file is renewed there, under running processes. A file that is away for a moment, or empty, leaves the
 * last one.
 */
export function tokenOf({ TEMPORAL_API_KEY: first, temporalTokenFile: path }: Token): string | undefined {
  if (first === undefined || path === undefined) return first
  const last = seen.get(path)
  if (last && performance.now() - last.at < LOOK_MS) return last.token
  let token = last?.token ?? first
  try {
    token = readFileSync(path, 'utf8').trim() || token
  } catch {
    // Between two files: the next look sees the new one.
  }
  seen.set(path, { at: performance.now(), token })
  return token
}

/** Tells a connection that takes a token by value of each new one. @returns the end of it */
export function renewToken(config: Token, use: (token: string) => void): () => void {
  let used = tokenOf(config)
  const timer = setInterval(() => {
    const token = tokenOf(config)
    if (token === undefined || token === used) return
    used = token
    use(token)
  }, LOOK_MS).unref()
  return () => clearInterval(timer)
}
