/** How a field is mapped in Elasticsearch and OpenSearch: the subset that both have. */
export type FieldType = 'keyword' | 'long' | 'double' | 'boolean' | 'date' | 'text' | 'wildcard'

interface LogField {
  /** Its name in the log: Elastic Common Schema 8.10 where that has one, below `scenor.` else. */
  readonly name: string
  readonly type: FieldType
}

const ecs = (name: string, type: FieldType = 'keyword'): LogField => ({ name, type })
const own = (name: string, type: FieldType = 'keyword'): LogField => ({ name: `scenor.${name}`, type })

/** What every line has. */
export const BASE_FIELDS = {
  '@timestamp': 'date',
  'log.level': 'keyword',
  message: 'text',
  'ecs.version': 'keyword',
  'service.name': 'keyword',
  'service.version': 'keyword',
  'service.node.name': 'keyword',
  'event.dataset': 'keyword',
  'process.pid': 'long',
} as const satisfies Record<string, FieldType>

/** What a line says of an error: see `describeError`. */
export const ERROR_FIELDS = {
  'error.type': 'keyword',
  'error.message': 'text',
  'error.code': 'keyword',
  'error.stack_trace': 'text',
} as const satisfies Record<string, FieldType>

/**
 * The words of our own lines and of the Temporal SDK's, and what each is called in the log: one name for one thing, whoever says it. A word
 * that is not here goes below `labels`, as text.
 */
export const LOG_FIELDS: Readonly<Record<string, LogField>> = {
  trace_id: ecs('trace.id'),
  span_id: ecs('span.id'),
  request_id: ecs('http.request.id'),
  method: ecs('http.request.method'),
  route: ecs('http.route'),
  http_status: ecs('http.response.status_code', 'long'),
  duration_ns: ecs('event.duration', 'long'),
  user_id: ecs('user.id'),
  address: ecs('server.address'),
  port: ecs('server.port', 'long'),

  operation_id: ecs('operation.id'),
  workflow_id: ecs('workflow.id'),
  workflowId: ecs('workflow.id'),
  run_id: ecs('workflow.run_id'),
  runId: ecs('workflow.run_id'),
  workflow_type: ecs('workflow.type'),
  workflowType: ecs('workflow.type'),
  activity_id: ecs('activity.id'),
  activityId: ecs('activity.id'),
  activity_type: ecs('activity.type'),
  activityType: ecs('activity.type'),
  attempt: ecs('activity.attempt', 'long'),
  isLocal: ecs('activity.is_local', 'boolean'),
  queue: ecs('workflow.task_queue'),
  taskQueue: ecs('workflow.task_queue'),
  task_queue: ecs('workflow.task_queue'),
  namespace: ecs('workflow.namespace'),
  execution_status: ecs('workflow.status'),
  sdkComponent: own('sdk_component'),
  durationMs: own('duration_ms', 'long'),

  service: own('service'),
  services: own('services'),
  workers: own('workers'),
  kind: own('kind'),
  name: own('part'),
  what: own('what'),
  reason: own('reason'),
  code: own('code'),
  words: own('words'),
  before: own('before'),
  after: own('after'),
  state: own('state'),
  stage: own('stage'),
  tries: own('tries', 'long'),
  failed: own('failed', 'long'),
  failures: own('failures', 'long'),
  table: own('table'),
  schedule: own('schedule'),
  loops: own('loops'),
  pepper: own('pepper'),
  variable: own('variable'),
  seconds: own('seconds', 'double'),
  skew_ms: own('skew_ms', 'double'),
  format: own('format'),
  provider: own('provider'),
  is_demo: own('is_demo', 'boolean'),
  learned: own('learned'),
  current: own('current_build'),
  build_id: own('build'),
  event_id: own('event.id'),
  type: own('event.type'),
  dataschema: own('event.schema'),
  topic: own('event.topic'),
  consumer: own('event.consumer'),
  dead_letter: own('event.dead_letter'),
  letters: own('event.letters', 'long'),
}

/** Words whose values never reach a log, at whatever depth they stand. */
const SECRETS: ReadonlySet<string> = new Set([
  'password',
  'current_password',
  'new_password',
  'password_hash',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'email',
  'phone_number',
  'api_key',
  'apiKey',
  'brief',
  'draft',
  'body',
  'parameters',
])
const HIDDEN = '[redacted]'

const TEXT_LENGTH = 1_000

/** What the SDK says beside some errors: whole tasks, of which nobody knows what is in them. */
const LEFT_OUT = new Set(['task', 'taskEncoded', 'taskToken', 'workflowInfo'])

const hiding = (key: string, value: unknown): unknown => (SECRETS.has(key) ? HIDDEN : value)
const textOf = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value, hiding) ?? String(value))).slice(0, TEXT_LENGTH)

const isNested = (value: unknown): boolean =>
  typeof value === 'object' && !(Array.isArray(value) && value.every((one) => typeof one !== 'object'))

/**
 * The fields of a line under the names of the log. Those with a dot have theirs already. A word nobody planned is told as text: numbers
 * and words of one name would not fit into one mapping.
 */
export function namedFields(line: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const key in line) {
    const value = line[key]
    if (value === undefined || value === null || LEFT_OUT.has(key)) continue
    const field = LOG_FIELDS[key]
    if (field) named[field.name] = isNested(value) ? textOf(value) : value
    else if (key === 'err' || key === 'error') named['error'] = value
    else if (key.includes('.')) named[key] = value
    else named[`labels.${key}`] = SECRETS.has(key) ? HIDDEN : textOf(value)
  }
  return named
}
