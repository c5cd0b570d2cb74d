/**
 * `npm run docs:chart`: writes the schema of the values of the Helm chart, whose `config` and `secretKeys` are the variables of config.ts,
 * and which pod gets which secret.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { VARIABLES } from '../config.ts'
import { HOLDERS, SECRETS } from '../roles.ts'
import { SERVICES } from '../services.ts'

export const CHART_SCHEMA = new URL('../deploy/helm/scenor/values.schema.json', import.meta.url)
export const CHART_HOLDERS = new URL('../deploy/helm/scenor/holders.json', import.meta.url)
const NOT_PASSED = new URL('../deploy/not-passed.json', import.meta.url)

/** What the templates set, from the names of the release or for each role. */
const SET_BY_THE_CHART = ['INTERNAL_URL', 'INTERNAL_HOST', 'METRICS_HOST', 'WORKERS', 'ALIVE_FILE', 'BACKUP_MARK']

type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string' }
const flag: Schema = { type: 'boolean' }
const count: Schema = { type: 'integer', minimum: 0 }
const percent: Schema = { type: 'integer', minimum: 1, maximum: 100 }
const anything: Schema = { type: 'object' }
const list = (items: Schema): Schema => ({ type: 'array', items })
/** Nothing but these: a name that is written wrongly is refused. */
const only = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
})

/** A variable as text, with what its own schema says of that text. */
function asText(name: keyof typeof VARIABLES): Schema {
  const { schema, about, ...rest } = VARIABLES[name] as (typeof VARIABLES)['PORT']
  const { $schema: _, ...input } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return {
    ...input,
    type: 'string',
    description: about,
    ...(rest.fallback === undefined ? {} : { default: rest.fallback }),
  }
}

const autoscaling = only({ enabled: flag, min: count, max: count, cpuPercent: percent, requestsInFlight: count })
const worker = {
  replicas: count,
  resources: anything,
  heapMb: count,
  terminationGracePeriodSeconds: count,
  autoscaling,
  keda: only({ enabled: flag, min: count, max: count, targetQueueSize: count, kafkaLag: count }),
}

/** The text of values.schema.json. */
export function chartSchema(): string {
  const notPassed = Object.keys(JSON.parse(readFileSync(NOT_PASSED, 'utf8')) as Record<string, string>)
  const secret = (name: string) => (SECRETS as readonly string[]).includes(name)
  const configured = (Object.keys(VARIABLES) as (keyof typeof VARIABLES)[]).filter(
    (name) => !secret(name) && !notPassed.includes(name) && !SET_BY_THE_CHART.includes(name),
  )
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...only({
      global: anything,
      image: only({
        repository: text,
        tag: text,
        digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
        pullPolicy: text,
        pullSecrets: list(anything),
      }),
      existingSecret: { ...text, description: 'Secret of the namespace with a key for each of secretKeys' },
      secretKeys: { type: 'array', uniqueItems: true, items: { enum: SECRETS } },
      config: only(Object.fromEntries(configured.map((name) => [name, asText(name)]))),
      api: only({ replicas: count, resources: anything, heapMb: count, preStopS: count, autoscaling }),
      workers: { ...only(Object.fromEntries(SERVICES.map((service) => [service, only(worker)]))), minProperties: 1 },
      workerDefaults: only(worker),
      jobs: only({ enabled: flag, hooks: flag, deadlineSeconds: count, backoffLimit: count, resources: anything }),
      ingress: only({ enabled: flag, className: text, hosts: list(text), tlsSecret: text, annotations: anything }),
      httpRoute: only({ enabled: flag, parentRefs: list(anything), hostnames: list(text) }),
      podDisruptionBudgets: flag,
      priorityClassName: text,
      nodeSelector: anything,
      tolerations: list(anything),
      podAnnotations: anything,
      networkPolicies: only({
        enabled: flag,
        gatewayNamespaces: anything,
        monitoringNamespaces: anything,
        serverPorts: list(count),
        internetPorts: list(count),
        internetWorkers: list({ enum: SERVICES }),
      }),
      monitoring: only({ enabled: flag, dashboards: flag, dashboardLabel: text }),
    }),
    required: ['existingSecret', 'config'],
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

/** The text of holders.json: by secret, the components that get it. */
export function chartHolders(): string {
  const component = (holder: string) => ((SERVICES as readonly string[]).includes(holder) ? `worker-${holder}` : holder)
  const of = Object.entries(HOLDERS).map(([secret, holders]) => [secret, holders.map(component)])
  return `${JSON.stringify(Object.fromEntries(of), null, 2)}\n`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(CHART_SCHEMA, chartSchema())
  writeFileSync(CHART_HOLDERS, chartHolders())
}
