import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'scenor')
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
  // Kept in the cache: what was built once is built the second time within seconds.
  const folder = env['DRILL_ENGINE'] ?? join(CACHE, 'drill-engine')
  const engine = join(import.meta.dirname, 'engine.sh')
  if (!existsSync('/usr/sbin/dockerd')) run([join(ROOT, '.ci/install-engine.sh')], { env })
  run([engine, 'build', folder, ...images], { env })
  run([engine, 'run', folder, ...command], where)
}
