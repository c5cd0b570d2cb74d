import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cacheFolder } from '../../../local/temporal/cache-folder.mjs'

export const ROOT = resolve(import.meta.dirname, '../../..')
export const CACHE = cacheFolder(process.env)
/** Of an engine of one's own; kept: what was built once is built the second time within seconds. */
export const ENGINE_FOLDER = process.env['DRILL_ENGINE'] ?? join(CACHE, 'drill-engine')
export const ENGINE_SCRIPT = join(import.meta.dirname, 'engine.sh')
const LIMIT_MS = 40 * 60_000

interface Where {
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
}

/** @throws Error when it does not end well */
export function run([command = '', ...args]: readonly string[], { env, cwd = ROOT }: Where): void {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: 'inherit', timeout: LIMIT_MS })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

/**
 * Makes images, and runs a command beside the engine that has them: the one that answers here, else one of its own in a network namespace,
 * which ends with it. That one needs root.
 * @param which of `images.sh`; default: all that docker-compose.yml has
 */
export function besideEngine(command: readonly string[], where: Where, which: readonly string[] = []): void {
  const images = [join(import.meta.dirname, 'images.sh'), ...which]
  const { env } = where
  if (spawnSync('docker', ['version'], { env }).status === 0) {
    run(images, { env })
    return run(command, where)
  }
  if (!existsSync('/usr/sbin/dockerd')) run([join(ROOT, '.ci/install-engine.sh')], { env })
  run([ENGINE_SCRIPT, 'build', ENGINE_FOLDER, ...images], { env })
  run([ENGINE_SCRIPT, 'run', ENGINE_FOLDER, ...command], where)
}
