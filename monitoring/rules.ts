import type { Alert } from './alerts/alert.ts'
import { ratioName, WINDOWS } from './alerts/burn.ts'
import { ALERT_GROUPS, runbookOf } from './alerts/index.ts'
import { overWindow, SLOS } from './slos.ts'
import type { Yaml } from './yaml.ts'

/** Labels and annotations as Alertmanager gets them. */
const ruleOf = (alert: Alert): Yaml => ({
  alert: alert.name,
  expr: alert.expr,
  for: alert.for,
  labels: { severity: alert.severity, owner: alert.owner, ...alert.labels },
  annotations: { summary: alert.summary, runbook: runbookOf(alert) },
})

/** The recorded shares of bad events, each over every window that an alert looks at. */
const recorded = SLOS.flatMap((slo) =>
  WINDOWS.map((window) => ({ record: ratioName(slo, window), expr: overWindow(slo.badRatio, window) })),
)

/** What Prometheus loads: recorded shares, then the alerts by group. */
export const rulesFile = (): Yaml => ({
  groups: [
    { name: 'scenor recorded', interval: '30s', rules: recorded },
    ...Object.entries(ALERT_GROUPS).map(([name, alerts]) => ({ name: `scenor ${name}`, rules: alerts.map(ruleOf) })),
  ],
})

const seriesOf = (series: Alert['fires']): Yaml =>
  Object.entries(series).map(([name, values]) => ({ series: name.replace('{}', ''), values }))

/** An alert alone with the shares that it needs: the whole file in each case would take minutes. */
export const rulesOf = (alert: Alert): Yaml => ({
  groups: [
    { name: alert.name, rules: [...recorded.filter(({ record }) => alert.expr.includes(record)), ruleOf(alert)] },
  ],
})

/** Minutes between two evaluations of a case: one of many hours is two thirds of the work of all cases if each minute is looked at. */
const everyMinutes = ({ at }: Alert): number => (/^\d+h$/.test(at) && at !== '1h' ? 5 : 1)

/** Two cases of an alert for `promtool test rules`, one that fires and one that does not. @param file with `rulesOf` it */
export const testsOf = (alert: Alert, file: string): Yaml => ({
  rule_files: [file],
  evaluation_interval: `${everyMinutes(alert)}m`,
  tests: [true, false].map((fires) => ({
    name: `${alert.name} ${fires ? 'fires' : 'is silent'}`,
    interval: '1m',
    input_series: seriesOf(fires ? alert.fires : alert.silent),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alert.name}",alertstate="firing"}) or vector(0)`,
        eval_time: alert.at,
        exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
      },
    ],
  })),
})
