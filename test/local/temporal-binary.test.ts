import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findTemporal, TEMPORAL_CLI_VERSION, WAYS, type Way } from '../../local/temporal-binary.ts'

describe('the ways to a Temporal binary', () => {
  let root: string
  let lines: string[]
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'scenor-test-'))
    lines = []
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const program = (path: string, script: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), `#!/bin/sh\n${script}\n`)
    chmodSync(join(root, path), 0o755)
    return join(root, path)
  }
  const find = (given: string | undefined, ways: readonly Way[]) =>
    findTemporal({
      config: { TEMPORAL_CLI: given },
      env: { PATH: [join(root, 'bin'), '/usr/bin', '/bin'].join(delimiter), XDG_CACHE_HOME: join(root, 'cache') },
      onProgress: (line) => lines.push(line),
      ways,
    })
  const withoutNetwork = WAYS.filter(({ name }) => !name.includes('download'))
  const cached = () => join(root, 'cache', 'scenor', `temporal-${TEMPORAL_CLI_VERSION}`)

  test('the given binary comes first, then PATH, then the cache', async () => {
    const given = program('given', 'echo temporal version 1')
    const inCache = program(`cache/scenor/temporal-${TEMPORAL_CLI_VERSION}`, 'echo temporal version 1')
    expect(await find(undefined, withoutNetwork)).toBe(inCache)
    const onPath = program('bin/temporal', 'echo temporal version 1')
    expect(await find(undefined, withoutNetwork)).toBe(onPath)
    expect(await find(given, withoutNetwork)).toBe(given)
  })

  test('a binary that does not run is skipped with a word', async () => {
    const onPath = program('bin/temporal', 'echo temporal version 1')
    const broken = program('given', 'echo wrong machine >&2; exit 126')
    expect(await find(broken, withoutNetwork)).toBe(onPath)
    expect(lines.join('\n')).toContain('TEMPORAL_CLI: wrong machine; trying the next way')
  })

  test('without any it is built with Go into the cache, once', async () => {
    program(
      'bin/go',
      `echo "$@" >> ${root}/built; printf '#!/bin/sh\\necho temporal version 1\\n' > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"`,
    )
    expect(await find(undefined, withoutNetwork)).toBe(cached())
    expect(await find(undefined, withoutNetwork)).toBe(cached())
    expect(readdirSync(join(root, 'cache', 'scenor'))).toEqual([`temporal-${TEMPORAL_CLI_VERSION}`])
    expect(lines.filter((line) => line.includes('building'))).toHaveLength(1)
  })

  test('a build that fails leaves nothing in the cache, and its reason is told', async () => {
    program('bin/go', 'echo no module proxy >&2; exit 1')
    await expect(find(undefined, withoutNetwork)).rejects.toThrow(/go install: no module proxy[^]*TEMPORAL_ADDRESS=/)
    expect(existsSync(cached())).toBe(false)
    expect(readdirSync(join(root, 'cache', 'scenor'))).toEqual([])
  })
})
