import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { bundleWorkflowCode } from '@temporalio/worker'
import { failureConverterPath } from '../temporal/client.ts'
import { bundleSources } from './bundle-sources.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WORKFLOWS = join(ROOT, 'workflows/index.ts')
const INTERCEPTORS = join(ROOT, 'workflows/trace.ts')
const CACHE = join(ROOT, '.cache')

/**
 * The file with the bundled workflows, made when their sources have changed since the last time (about 1.5 s).
 * In a process of its own: webpack would stay in the heap of the workers (about 150 MB).
 */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const codePath = await bundlePath()
  if (!existsSync(codePath)) await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), codePath])
  return { codePath }
}

/** Where it is, made or not: its name says what it is made of. */
export const bundlePath = async (): Promise<string> => join(CACHE, `workflows-${await fingerprint()}.js`)

/** Every file of ours in the bundle, wherever it lies, and the SDK's version: a bundle must be made by the very version that runs it. */
async function fingerprint(): Promise<string> {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string }
  const hash = createHash('sha256').update(version)
  for (const path of await bundleSources([WORKFLOWS, INTERCEPTORS, failureConverterPath]))
    hash.update(`\n${relative(ROOT, path)}\n`).update(await readFile(path))
  return hash.digest('hex').slice(0, 16)
}

const MAP = /(?<=\n\/\/# sourceMappingURL=data:[^\n]*;base64,)[\w+/=]+/

/**
 * The text of the sources in the map is for a browser's debugger alone. A few dashes in comments of the SDK would make two bytes of each
 * character, so they are escaped. Workers and their thread of workflows hold the text: 0.9 MB instead of 3.6.
 */
const lean = (code: string): string =>
  code
    .replace(MAP, (map) => {
      const { sourcesContent: _, ...rest } = JSON.parse(Buffer.from(map, 'base64').toString()) as Record<
        string,
        unknown
      >
      return Buffer.from(JSON.stringify(rest)).toString('base64')
    })
    .replace(/[^\0-\xff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

async function bundleInto(codePath: string): Promise<void> {
  const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} }
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules: [INTERCEPTORS],
    failureConverterPath,
    logger: silent,
  })
  await mkdir(CACHE, { recursive: true })
  // Written beside and renamed: a process that dies here, or two at once, leave no half file under the name that is looked for.
  const draft = `${codePath}.${process.pid}`
  await writeFile(draft, lean(code))
  await rename(draft, codePath)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // Without a path (an image's build): what the first worker would do.
  if (process.argv[2]) await bundleInto(process.argv[2])
  else await workflowBundle()
}
