import { Session, type Profiler } from 'node:inspector/promises'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { SourceMap } from 'node:module'

/**
 * Counts with the engine's own coverage what workflow code runs while `replayAll` replays histories in this thread.
 * @param codePath the bundle, with its source map inside
 * @returns where each stretch of `workflows/*.ts` begins that no history came through, as `workflows/x.ts: <that line>`
 */
export async function missedBranches(codePath: string, replayAll: () => Promise<void>): Promise<string[]> {
  const code = await readFile(codePath, 'utf8')
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    await replayAll()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return placesOf(code, coveredBy(code.length, result))
  } finally {
    session.disconnect()
  }
}

/** What the compiler adds to a module, which is nobody's branch. */
const COMPILERS = new Set([
  '_define_property',
  '_object_spread',
  '_object_spread_props',
  'ownKeys',
  '_object_without_properties',
  '_object_without_properties_loose',
])

/** For each character of the bundle whether it ran. Each worker compiles the bundle anew: what ran in one of them ran. */
function coveredBy(length: number, scripts: readonly Profiler.ScriptCoverage[]): Uint8Array {
  const covered = new Uint8Array(length)
  for (const { functions } of scripts.filter(({ url }) => url.includes('workflows-'))) {
    const own = new Uint8Array(length)
    // Outer ranges come before those inside them, which say otherwise.
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges) own.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    for (const { functionName, ranges } of functions)
      if (COMPILERS.has(functionName)) own.fill(1, ranges[0]?.startOffset, ranges[0]?.endOffset)
    for (let at = 0; at < length; at++) covered[at]! |= own[at]!
  }
  return covered
}

const root = new URL('../../', import.meta.url)
/** @param n from 0 */
const lineOf = (source: string, n: number): string =>
  (readFileSync(new URL(source, root), 'utf8').split('\n')[n] ?? '').trim()

function placesOf(code: string, covered: Uint8Array): string[] {
  const inline = /\/\/# sourceMappingURL=data:application\/json;(?:charset=[^;]+;)?base64,(\S+)\s*$/.exec(code)?.[1]
  const map = new SourceMap(JSON.parse(Buffer.from(inline ?? '', 'base64').toString('utf8')))
  const missed = new Set<string>()
  let [line, lineStart] = [0, 0]
  for (let at = 0; at < code.length; at++) {
    if (covered[at] === 0 && (at === 0 || covered[at - 1] === 1)) {
      const entry = map.findEntry(line, at - lineStart)
      const source = 'originalSource' in entry && /\/(workflows\/[\w-]+\.ts)$/.exec(entry.originalSource)?.[1]
      if (source) missed.add(`${source}: ${lineOf(source, entry.originalLine)}`)
    }
    if (code[at] === '\n') [line, lineStart] = [line + 1, at + 1]
  }
  return [...missed].sort()
}
