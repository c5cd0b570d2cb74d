import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const INSTALLED = join(homedir(), '.cache/scenor/monitoring-1/usr/bin')

/** Whether Prometheus and Alertmanager are here (`.ci/install-monitoring.sh`). In CI they must be. */
export const monitoringInstalled = (): boolean =>
  existsSync(join(INSTALLED, 'prometheus')) || Boolean(process.env['CI'])

/** The path of a program: prometheus, promtool, prometheus-alertmanager, amtool. */
export const monitoringProgram = (name: string): string => join(INSTALLED, name)

/** Runs one to its end. @returns its exit code and all that it said */
export function runMonitoring(
  name: string,
  args: readonly string[],
  cwd?: string,
): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(monitoringProgram(name), args, {
    ...{ encoding: 'utf8', timeout: 120_000 },
    ...(cwd !== undefined && { cwd }),
  })
  return { status, said: stdout + stderr }
}
