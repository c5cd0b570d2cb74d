/**
 * `npm run drill:compose [-- kills backup]`: builds the images, brings docker-compose.yml up as a person would; steps.ts does the rest.
 * Where no Docker engine answers, one of its own is started in a network namespace and ended with it. Needs root then; 5 to 15 minutes.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../..')
const HERE = import.meta.dirname
const LIMIT_MS = 40 * 60_000
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'scenor')

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd = ROOT): void {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: 'inherit', timeout: LIMIT_MS })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

const folder = mkdtempSync(join(tmpdir(), 'scenor-drill-'))
const env: NodeJS.ProcessEnv = { ...process.env, COMPOSE_PROJECT_NAME: 'scenor-drill' }
try {
  if (spawnSync('docker', ['compose', 'version'], { env }).status !== 0) {
    run(join(ROOT, '.ci/go-tools.sh'), ['compose'], env)
    env['DOCKER_CONFIG'] = join(folder, 'docker')
    mkdirSync(join(folder, 'docker/cli-plugins'), { recursive: true })
    symlinkSync(join(cache, 'compose-2.40.3'), join(folder, 'docker/cli-plugins/docker-compose'))
  }
  // The checkout's own .env and secrets are a person's: the drill works in a copy of what an installation has.
  const site = join(folder, 'site')
  mkdirSync(site)
  cpSync(join(ROOT, 'docker-compose.yml'), join(site, 'docker-compose.yml'))
  cpSync(join(ROOT, 'deploy'), join(site, 'deploy'), { recursive: true, verbatimSymlinks: true })
  const steps = [process.execPath, join(HERE, 'steps.ts'), site, ...process.argv.slice(2)]
  if (spawnSync('docker', ['version'], { env }).status === 0) {
    run(join(HERE, 'images.sh'), [], env)
    run(steps[0] as string, steps.slice(1), env, site)
  } else {
    // Kept in the cache: what was built once is built the second time within seconds.
    const engine = process.env['DRILL_ENGINE'] ?? join(cache, 'drill-engine')
    if (!existsSync('/usr/sbin/dockerd')) run(join(ROOT, '.ci/install-engine.sh'), [], env)
    run(join(HERE, 'engine.sh'), ['build', engine, join(HERE, 'images.sh')], env)
    run(join(HERE, 'engine.sh'), ['run', engine, ...steps], env, site)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
