/**
 * `npm run drill:compose [-- kills backup]`: builds the images, brings docker-compose.yml up as a person would; steps.ts does the rest.
 * Where no Docker engine answers, one of its own is started in a network namespace and ended with it. Needs root then; 5 to 15 minutes.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { besideEngine, CACHE, ROOT, run } from './engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'scenor-drill-'))
const env: NodeJS.ProcessEnv = { ...process.env, COMPOSE_PROJECT_NAME: 'scenor-drill' }
try {
  if (spawnSync('docker', ['compose', 'version'], { env }).status !== 0) {
    run([join(ROOT, '.ci/go-tools.sh'), 'compose'], { env })
    env['DOCKER_CONFIG'] = join(folder, 'docker')
    mkdirSync(join(folder, 'docker/cli-plugins'), { recursive: true })
    symlinkSync(join(CACHE, 'compose-2.40.3'), join(folder, 'docker/cli-plugins/docker-compose'))
  }
  // The checkout's own .env and secrets are a person's: the drill works in a copy of what an installation has.
  const site = join(folder, 'site')
  mkdirSync(site)
  cpSync(join(ROOT, 'docker-compose.yml'), join(site, 'docker-compose.yml'))
  cpSync(join(ROOT, 'deploy'), join(site, 'deploy'), { recursive: true, verbatimSymlinks: true })
  const steps = [process.execPath, join(import.meta.dirname, 'steps.ts'), site, ...process.argv.slice(2)]
  besideEngine(steps, { env, cwd: site })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
