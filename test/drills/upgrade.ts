/**
 * `npm run drill:upgrade [-- REVISION]`: the release before (by default the commit that named the newest one in CHANGELOG.md) under load;
 * migrations of this code while it runs, its processes replaced one by one, both together for a while, then all the way back. No request
 * may fail, and nothing that was accepted may be lost or stand still. About five minutes.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createDrill } from './drill.ts'
import { startLoad } from './load.ts'
import { OWN_CODE, startDrilledSystem, type Part } from './system.ts'

/** How long releases are at work beside each other, and one alone, under load. */
const TOGETHER_MS = 15_000

const git = (...args: string[]) => execFileSync('git', args, { cwd: OWN_CODE, encoding: 'utf8' }).trim()
const newestRelease = () => {
  const heading = /^## \d.*$/m.exec(readFileSync(join(OWN_CODE, 'CHANGELOG.md'), 'utf8'))?.[0]
  if (heading === undefined) throw new Error('CHANGELOG.md names no release')
  const commits = git('log', '--format=%H', `-S${heading}`, '--', 'CHANGELOG.md').split('\n')
  return commits.at(-1) ?? ''
}

await using drill = createDrill()
const { undo, say } = drill
const revision = git('rev-parse', process.argv[2] ?? newestRelease())
const before = mkdtempSync(join(tmpdir(), 'scenor-before-'))
undo.defer(() => rmSync(before, { recursive: true, force: true }))
const archive = execFileSync('git', ['archive', revision], { cwd: OWN_CODE, maxBuffer: 1e9 })
execFileSync('tar', ['-x', '-C', before], { input: archive })
// The same libraries, unless that release had others.
const libraries = (text: string) => JSON.stringify((JSON.parse(text) as { dependencies: unknown }).dependencies)
if (
  libraries(git('show', `${revision}:package.json`)) === libraries(readFileSync(join(OWN_CODE, 'package.json'), 'utf8'))
)
  symlinkSync(join(OWN_CODE, 'node_modules'), join(before, 'node_modules'))
else execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: before, stdio: 'inherit' })

say(`from ${git('log', '-1', '--format=%h %s', revision)}`)
const asksWho = existsSync(join(before, 'api/internal/verify.ts'))
const { gateway, parts, job } = await startDrilledSystem(undo, say, { code: before, asksWho })
const load = await startLoad(gateway, undo, say)
const so = (what: string) => say(`${what}; ${load.tally.failed.length} failed of ${load.tally.requests}`)
const bring = async (some: readonly Part[], code: string) => {
  for (const part of some) {
    await part.restart(code)
    so(`${part.name} is of the ${code === before ? 'old' : 'new'} release`)
  }
}
const apis = parts.filter(({ role }) => role === 'api')
const workers = parts.filter(({ role }) => role === 'worker')
/** One of the two copies, and every other worker. */
const half = (of: readonly Part[]) => of.filter((_, i) => i % 2 === 0)
const rest = (of: readonly Part[]) => of.filter((_, i) => i % 2 === 1)

await delay(TOGETHER_MS)
so('the old release alone')
await job('db/migrate.ts', OWN_CODE)
so('migrated while it runs')
await job('cli/temporal-setup.ts', OWN_CODE)
await bring([...half(apis), ...half(workers)], OWN_CODE)
await delay(TOGETHER_MS)
so('both together')
await bring([...rest(apis), ...rest(workers)], OWN_CODE)
await delay(TOGETHER_MS)
so('the new release alone')
// As deploy/delivery/roll-back.sh: workers first. Migrations stay.
await bring(half(workers), before)
await delay(TOGETHER_MS)
await bring([...rest(workers), ...apis], before)
await delay(TOGETHER_MS)
so('the old release alone, with the tables of the new one')
if ((await load.end()) > 0) process.exitCode = 1
