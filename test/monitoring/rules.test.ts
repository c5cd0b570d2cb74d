import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Alert } from '../../monitoring/alerts/alert.ts'
import { ALERTS, runbookOf } from '../../monitoring/alerts/index.ts'
import { rulesOf, testsOf } from '../../monitoring/rules.ts'
import { DASHBOARDS } from '../../monitoring/dashboards.ts'
import { SLOS } from '../../monitoring/slos.ts'
import { DEPLOYED, monitoringFiles } from '../../monitoring/write.ts'
import { toYaml } from '../../monitoring/yaml.ts'
import { METRIC_NAMES, metricOf } from '../../telemetry/catalogue.ts'
import { monitoringInstalled, runMonitoring } from '../support/monitoring.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const names = ALERTS.map(({ name }) => name)
/** All that asks for a figure: what stands in a file of Grafana or Prometheus. */
const expressions = [
  ...ALERTS.map(({ expr }) => expr),
  ...SLOS.flatMap(({ badRatio, count }) => [badRatio, count]),
  ...DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ lines }) => Object.values(lines))),
]

/** Metrics, not words of PromQL or labels, that an expression asks for. */
const metricsIn = (expr: string) =>
  [...expr.replaceAll(/"[^"]*"/g, '""').matchAll(/\b(?:scenor|temporal|nodejs|process|approximate)_[a-z0-9_]+/g)].map(
    ([name]) => name,
  )

test('the files in deploy/monitoring are those that the lists make (else: npm run docs:monitoring)', () => {
  for (const [name, text] of Object.entries(monitoringFiles())) expect(readFileSync(DEPLOYED + name, 'utf8')).toBe(text)
})

test('no dashboard and no alert asks for a metric of ours that is not in the catalogue, or for a label that it has not', () => {
  const ours = (name: string) =>
    METRIC_NAMES.includes(name as never) ||
    METRIC_NAMES.some(
      (metric) => metricOf(metric).kind === 'histogram' && name.replace(/_(bucket|count|sum)$/, '') === metric,
    )
  const asked = new Set(expressions.flatMap(metricsIn).filter((name) => name.startsWith('scenor_')))
  expect([...asked].filter((name) => !ours(name))).toEqual([])
  for (const expr of expressions)
    for (const [, name, selector] of expr.matchAll(/(scenor_[a-z_]+)\{([^}]*)\}/g)) {
      const metric = METRIC_NAMES.find((one) => one === name || one === name?.replace(/_(bucket|count|sum)$/, ''))
      const labels = [...(selector ?? '').matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label)
      expect([...metricOf(metric!).labels, 'le', 'job', 'instance']).toEqual(expect.arrayContaining(labels))
    }
})

test('every metric of ours is on a dashboard', () => {
  const shown = new Set(
    DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ lines }) => Object.values(lines))).flatMap(metricsIn),
  )
  const ours = METRIC_NAMES.filter((name) => name.startsWith('scenor_'))
  expect(ours.filter((name) => ![name, `${name}_bucket`].some((one) => shown.has(one)))).toEqual([])
})

test('each alert has a name of its own, causes that exist, and a page that says what it means, what to type and who owns it', () => {
  expect(new Set(names).size).toBe(names.length)
  for (const alert of ALERTS) {
    expect(names).toEqual(expect.arrayContaining([...alert.causedBy]))
    const [file = '', anchor = ''] = runbookOf(alert).split('#')
    const pages = readFileSync(join(ROOT, file), 'utf8').split(/^## /m)
    const page = pages.find(
      (text) =>
        text
          .split('\n')[0]!
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-') === anchor,
    )
    expect({ alert: alert.name, page: page !== undefined && /```sh\n/.test(page) }).toEqual({
      alert: alert.name,
      page: true,
    })
  }
})

const installed = monitoringInstalled() ? describe : describe.skip

installed('promtool and amtool (.ci/install-monitoring.sh)', () => {
  let folder: string
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'scenor-rules-'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const put = (alert: Alert, name = alert.name): string => {
    writeFileSync(join(folder, `${name}.yml`), toYaml(rulesOf(alert)))
    writeFileSync(join(folder, `${name}.test.yml`), toYaml(testsOf(alert, `${name}.yml`)))
    return `${name}.test.yml`
  }

  test('take every file as it is deployed', () => {
    expect(runMonitoring('promtool', ['check', 'config', 'prometheus.yml'], DEPLOYED)).toMatchObject({ status: 0 })
    expect(runMonitoring('promtool', ['check', 'rules', 'rules.yml'], DEPLOYED)).toMatchObject({ status: 0 })
    expect(runMonitoring('amtool', ['check-config', 'alertmanager.yml'], DEPLOYED)).toMatchObject({ status: 0 })
  })

  test('every alert fires by its fault and is silent without it', () => {
    const ran = runMonitoring('promtool', ['test', 'rules', ...ALERTS.map((alert) => put(alert))], folder)
    expect(ran).toMatchObject({ status: 0 })
    expect(ran.said.match(/SUCCESS/g)).toHaveLength(ALERTS.length)
  })

  test('a case that does not hold is noticed', () => {
    const [alert] = ALERTS as [Alert]
    const turned = put({ ...alert, fires: alert.silent, silent: alert.fires }, 'turned')
    const { status, said } = runMonitoring('promtool', ['test', 'rules', turned], folder)
    expect({ status, failed: said.match(/FAILED/g)?.length }).toEqual({ status: 1, failed: 1 })
  })
})
