import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../local/processes/ports.ts'
import { alertmanagerFile, type Mailing } from '../../monitoring/alertmanager.ts'
import { prometheusFile, type Targets } from '../../monitoring/prometheus.ts'
import { Prometheus } from '../../monitoring/query.ts'
import { toYaml, type Yaml } from '../../monitoring/yaml.ts'
import { monitoringProgram } from './monitoring.ts'
import { until } from './until.ts'

export interface Watching extends AsyncDisposable {
  readonly prometheus: Prometheus
  readonly origin: string
  /** Where Alertmanager answers, if there is one. */
  readonly alertmanager: string | undefined
}

/** A real Prometheus that asks every second, and a real Alertmanager that mails, with data in a folder that goes with them. */
export async function startWatching(options: {
  readonly targets: Targets
  readonly rules: Yaml
  readonly mailing?: Mailing
  /** Between two looks; default: a second. */
  readonly interval?: string
}): Promise<Watching> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-watching-'))
  const put = (name: string, value: Yaml) => writeFileSync(join(folder, name), toYaml(value))
  const children: ChildProcess[] = []
  const run = async (program: string, args: readonly string[], ready: string) => {
    const child = spawn(monitoringProgram(program), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    children.push(child)
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)))
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended:\n${said}`)
      return fetch(ready).then(
        ({ ok }) => ok,
        () => false,
      )
    })
  }
  const listen = async () => `127.0.0.1:${await freePort()}`
  const [own, manager] = [await listen(), options.mailing && (await listen())]
  if (options.mailing && manager) {
    put('alertmanager.yml', alertmanagerFile(options.mailing))
    const args = ['--config.file=alertmanager.yml', '--storage.path=alerts', '--cluster.listen-address=']
    await run('prometheus-alertmanager', [...args, `--web.listen-address=${manager}`], `http://${manager}/-/ready`)
  }
  put('rules.yml', options.rules)
  put(
    'prometheus.yml',
    prometheusFile(options.targets, { interval: options.interval ?? '1s', alertmanager: manager ?? '127.0.0.1:1' }),
  )
  const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--log.level=warn']
  await run('prometheus', [...args, `--web.listen-address=${own}`], `http://${own}/-/ready`)
  const origin = `http://${own}`
  return {
    ...{ prometheus: new Prometheus(origin), origin, alertmanager: manager && `http://${manager}` },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) {
        const gone = once(child, 'exit')
        if (child.exitCode === null && child.kill('SIGTERM')) await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Every span of time within PromQL and `for`, so many times shorter: what takes an hour fires in a minute.
 * @param least seconds of a span of PromQL: four looks, or there is no rate
 */
export function faster(rules: Yaml, times: number, least: number): Yaml {
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const
  const shorter = (span: string, atLeast: number) =>
    span.replace(
      /^(\d+)([smhd])$/,
      (_, n: string, unit: keyof typeof seconds) =>
        `${Math.max(atLeast, Math.round((Number(n) * seconds[unit]) / times))}s`,
    )
  const walk = (value: Yaml, key = ''): Yaml => {
    if (typeof value === 'string') {
      if (key === 'expr')
        return value
          .replaceAll(/\[(\w+)\]/g, (_, span: string) => `[${shorter(span, least)}]`)
          .replaceAll(
            /(oldest_seconds[^>]*> )(\d+)/g,
            (_, what: string, limit: string) => `${what}${Number(limit) / times}`,
          )
      return key === 'for' || key === 'interval' ? shorter(value, key === 'for' ? 0 : 1) : value
    }
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return (value as readonly Yaml[]).map((one) => walk(one))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one as Yaml, name)]))
  }
  return walk(rules)
}
