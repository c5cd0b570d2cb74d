import { spawnSync } from 'node:child_process'
import { chromium, type Browser } from 'playwright-core'

const found = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
  .find((path) => path !== '')

/** Whether there is a Chromium; in CI one that is missing is a failure. */
export const hasBrowser = found !== undefined || Boolean(process.env['CI'])

/** @param hosts names that lead to ports of this machine: `{ 'api.test': 3000 }` */
export function launchBrowser(hosts: Readonly<Record<string, number>>): Promise<Browser> {
  if (found === undefined) throw new Error('chromium is missing: install the Debian package chromium')
  const rules = Object.entries(hosts).map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`)
  // Root has no sandbox, and a container no /dev/shm to speak of.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=${rules.join(',')}`]
  return chromium.launch({ executablePath: found, args })
}
