import { ratioName } from './alerts/burn.ts'
import { budgetOf, SLOS } from './slos.ts'

export type Unit = 'short' | 's' | 'percentunit' | 'reqps' | 'bytes' | 'ops' | 'd'

/** One graph. */
export interface Panel {
  readonly title: string
  readonly unit: Unit
  /** PromQL by the legend of its lines; `{{label}}` is filled in. */
  readonly lines: Readonly<Record<string, string>>
}

export interface Dashboard {
  /** Its file's name and its address in Grafana. */
  readonly id: string
  readonly title: string
  readonly panels: readonly Panel[]
}

const panel = (title: string, unit: Unit, lines: Panel['lines']): Panel => ({ title, unit, lines })
const rate = (metric: string, by = ''): string => `sum${by && ` by (${by})`} (rate(${metric}[5m]))`
const quantile = (q: number, histogram: string, by = ''): string =>
  `histogram_quantile(${q}, sum by (${by === '' ? 'le' : `${by}, le`}) (rate(${histogram}[5m])))`

const AVAILABLE =
  '1 - (sum(rate(scenor_http_requests_total{code=~"5.."}[5m])) or vector(0)) / sum(rate(scenor_http_requests_total[5m]))'
const COST_PER_SCRIPT =
  'sum(increase(scenor_model_cost_micros_total[1h])) / 1e6 / sum(increase(scenor_operations_total{kind="script",outcome="succeeded"}[1h]))'

/** Every dashboard. Grafana's files and the pictures of docs/ are made of this, and a test runs each expression. */
export const DASHBOARDS: readonly Dashboard[] = [
  {
    id: 'overview',
    title: 'Scenor: overview',
    panels: [
      panel('Processes that answer', 'short', { '{{job}}': 'sum by (job) (up)' }),
      panel('Requests', 'reqps', { 'by code {{code}}': rate('scenor_http_requests_total', 'code') }),
      panel('Answered without a 5xx', 'percentunit', { available: AVAILABLE }),
      panel('Generations that ended', 'ops', {
        '{{kind}} {{outcome}}': rate('scenor_operations_total{kind=~"script|scene|title"}', 'kind, outcome'),
      }),
      panel('Operations open', 'short', { '{{kind}} {{stage}}': 'max by (kind, stage) (scenor_operations_open)' }),
      panel('Cost of models an hour (of the currency)', 'short', {
        '{{provider}} {{model}}': 'sum by (provider, model) (increase(scenor_model_cost_micros_total[1h])) / 1e6',
      }),
      panel('Alerts that fire', 'short', { '{{alertname}}': 'count by (alertname) (ALERTS{alertstate="firing"})' }),
      panel('Memory', 'bytes', { '{{job}} {{instance}}': 'process_resident_memory_bytes{job=~"scenor-.+"}' }),
    ],
  },
  {
    id: 'api',
    title: 'Scenor: API',
    panels: [
      panel('Requests by route', 'reqps', {
        '{{method}} {{route}}': rate('scenor_http_requests_total', 'method, route'),
      }),
      panel('Time of a request, p50 and p95', 's', {
        p50: quantile(0.5, 'scenor_http_request_seconds_bucket'),
        p95: quantile(0.95, 'scenor_http_request_seconds_bucket'),
      }),
      panel('p95 by route', 's', {
        '{{method}} {{route}}': quantile(0.95, 'scenor_http_request_seconds_bucket', 'method, route'),
      }),
      panel('Refused and failed, by code', 'ops', { '{{code}}': rate('scenor_problems_total', 'code') }),
      panel('Beyond a limit', 'ops', { '{{limit}}': rate('scenor_throttled_total', 'limit') }),
      panel('Sign-ins and what guards them', 'ops', { '{{kind}}': rate('scenor_security_events_total', 'kind') }),
      panel('At work and waiting', 'short', {
        'requests {{instance}}': 'scenor_http_in_flight',
        'hashes {{instance}}': 'scenor_hashes_waiting',
        'exports {{instance}}': 'scenor_exports_waiting',
        'streams {{instance}}': 'scenor_streams_open',
      }),
      panel('Event streams', 'ops', {
        'opened, resumed {{resumed}}': rate('scenor_streams_opened_total', 'resumed'),
        'ended {{reason}}': rate('scenor_streams_ended_total', 'reason'),
      }),
      panel('Kept answers', 'percentunit', {
        'found in {{result}}': `${rate('scenor_cache_total', 'result')} / ignoring (result) group_left sum(rate(scenor_cache_total[5m]))`,
      }),
      panel('Files', 'ops', { '{{format}} {{outcome}}': rate('scenor_exports_total', 'format, outcome') }),
      panel('Time of a file, p95', 's', { '{{format}}': quantile(0.95, 'scenor_export_seconds_bucket', 'format') }),
      panel('Event loop, p99', 's', { '{{job}} {{instance}}': 'nodejs_eventloop_lag_p99_seconds{job=~"scenor-.+"}' }),
    ],
  },
  {
    id: 'generations',
    title: 'Scenor: generations and money',
    panels: [
      panel('How generations end', 'ops', {
        '{{kind}} {{outcome}} {{code}}': rate(
          'scenor_operations_total{kind=~"script|scene|title"}',
          'kind, outcome, code',
        ),
      }),
      panel('From order to script, p95', 's', {
        '{{length}}': quantile(0.95, 'scenor_generation_seconds_bucket', 'length'),
      }),
      panel('Calls of models', 'ops', {
        '{{provider}} {{model}} {{outcome}}': rate('scenor_model_calls_total', 'provider, model, outcome'),
      }),
      panel('Time of a call, p95', 's', {
        '{{model}} {{prompt}}': quantile(0.95, 'scenor_model_call_seconds_bucket', 'model, prompt'),
      }),
      panel('To the first word, p95', 's', {
        '{{provider}} {{model}}': quantile(0.95, 'scenor_model_first_text_seconds_bucket', 'provider, model'),
      }),
      panel('Tokens a second', 'short', { '{{type}}': rate('scenor_model_tokens_total', 'type') }),
      panel('Cost a script (of the currency)', 'short', { mean: COST_PER_SCRIPT }),
      panel('Calls and ledger, spent (of the currency)', 'short', {
        'calls, since the start': 'sum(scenor_model_cost_micros_total) / 1e6',
        'ledger, ever': 'max(scenor_ledger_settled_micros) / 1e6',
      }),
      panel('Cost by prompt and its version', 'short', {
        '{{prompt}} {{prompt_version}}':
          'sum by (prompt, prompt_version) (increase(scenor_model_cost_micros_total[1h])) / 1e6',
      }),
      panel('Paid in vain', 'ops', {
        '{{model}} {{outcome}}': rate('scenor_model_unused_total', 'model, outcome'),
        'twice {{prompt}}': rate('scenor_model_paid_twice_total', 'prompt'),
      }),
      panel('Fallbacks and breakers', 'short', {
        'from {{provider}}: {{reason}}': 'sum by (provider, reason) (increase(scenor_model_fallbacks_total[5m]))',
        'breaker of {{provider}}': 'max by (provider) (scenor_model_breaker_open)',
      }),
      panel('Checks that scripts pass', 'percentunit', {
        '{{check}}':
          'sum by (check) (increase(scenor_script_checks_total{result="passed"}[1h])) / sum by (check) (increase(scenor_script_checks_total[1h]))',
      }),
      panel('Invented facts and repairs', 'ops', {
        'places that nobody ordered': rate('scenor_script_invented_facts_total'),
        'repairs {{result}}': rate('scenor_script_repairs_total', 'result'),
      }),
      panel('Tried again, and time to stop, p95', 's', {
        'retries a second {{kind}}': rate('scenor_operation_retries_total', 'kind'),
        'to stop {{kind}}': quantile(0.95, 'scenor_operation_cancel_seconds_bucket', 'kind'),
      }),
    ],
  },
  {
    id: 'temporal',
    title: 'Scenor: Temporal and workers',
    panels: [
      panel('Slots that are free', 'short', {
        '{{task_queue}} {{worker_type}}':
          'min by (task_queue, worker_type) (temporal_worker_task_slots_available{worker_type=~"ActivityWorker|WorkflowWorker"})',
      }),
      panel('Slots that are used', 'short', {
        '{{task_queue}} {{worker_type}}': 'sum by (task_queue, worker_type) (temporal_worker_task_slots_used)',
      }),
      panel('Pollers', 'short', {
        '{{task_queue}} {{poller_type}}': 'sum by (task_queue, poller_type) (temporal_num_pollers)',
      }),
      panel('Workflow tasks wait, p95', 's', {
        '{{task_queue}}': quantile(
          0.95,
          'temporal_workflow_task_schedule_to_start_latency_seconds_bucket',
          'task_queue',
        ),
      }),
      panel('Activities wait, p95', 's', {
        '{{task_queue}}': quantile(0.95, 'temporal_activity_schedule_to_start_latency_seconds_bucket', 'task_queue'),
      }),
      panel('Activities at work, p95', 's', {
        '{{activity_type}}': quantile(0.95, 'temporal_activity_execution_latency_seconds_bucket', 'activity_type'),
      }),
      panel('Workflow tasks that fail', 'ops', {
        '{{workflow_type}} {{failure_reason}}': rate(
          'temporal_workflow_task_execution_failed',
          'workflow_type, failure_reason',
        ),
      }),
      panel('Activities that fail', 'ops', {
        '{{activity_type}}': rate('temporal_activity_execution_failed', 'activity_type'),
      }),
      panel('Workflows that end', 'ops', {
        'completed {{workflow_type}}': rate('temporal_workflow_completed', 'workflow_type'),
        'failed {{workflow_type}}': rate('temporal_workflow_failed', 'workflow_type'),
      }),
      panel('Sticky cache', 'short', {
        'executions {{task_queue}}': 'sum by (task_queue) (temporal_sticky_cache_size)',
        evicted: 'sum(increase(temporal_sticky_cache_total_forced_eviction[5m]))',
      }),
      panel('Requests to the server that fail', 'ops', {
        '{{operation}} {{status_code}}': rate('temporal_request_failure', 'operation, status_code'),
      }),
      panel('Requests to the server, p95', 's', {
        '{{operation}}': quantile(0.95, 'temporal_request_latency_seconds_bucket', 'operation'),
      }),
      panel('Backlog on the server', 's', {
        '{{taskqueue}} {{task_type}}': 'max by (taskqueue, task_type) (approximate_backlog_age_seconds)',
      }),
    ],
  },
  {
    id: 'queues',
    title: 'Scenor: queues and databases',
    panels: [
      panel('Events that wait to be sent', 'short', { '{{service}}': 'max by (service) (scenor_outbox_waiting)' }),
      panel('Oldest of them', 's', { '{{service}}': 'max by (service) (scenor_outbox_oldest_seconds)' }),
      panel('From change to bus, p95', 's', {
        '{{service}}': quantile(0.95, 'scenor_event_publish_seconds_bucket', 'service'),
      }),
      panel('From change to handled, p95', 's', {
        '{{consumer}}': quantile(0.95, 'scenor_event_handled_seconds_bucket', 'consumer'),
      }),
      panel('Events behind', 'short', { '{{consumer}} {{topic}}': 'max by (consumer, topic) (scenor_event_bus_lag)' }),
      panel('What waits for people', 'short', {
        'set aside {{service}}': 'max by (service) (scenor_outbox_set_aside)',
        'dead letters {{consumer}}': 'max by (consumer) (scenor_dead_letters)',
        'for a newer release {{consumer}}': 'max by (consumer) (scenor_events_waiting_for_newer)',
      }),
      panel('Starts that wait', 'short', {
        '{{service}}': 'max by (service) (scenor_start_intents_waiting)',
        'oldest, seconds {{service}}': 'max by (service) (scenor_start_intents_oldest_seconds)',
      }),
      panel('Oldest open operation', 's', {
        '{{kind}} {{stage}}': 'max by (kind, stage) (scenor_operations_oldest_seconds)',
      }),
      panel('Connections in use', 'short', {
        '{{job}} {{database}}': 'sum by (job, database) (scenor_db_pool_connections{state="used"})',
      }),
      panel('Connections that may be opened', 'short', {
        '{{job}} {{database}}': 'sum by (job, database) (scenor_db_pool_limit)',
      }),
      panel('Queries that wait for a connection', 'short', {
        '{{job}} {{database}}': 'sum by (job, database) (scenor_db_pool_waiting)',
      }),
      panel('Loops at one round', 's', { '{{loop}}': 'topk(10, max by (loop) (scenor_loop_round_seconds))' }),
      panel('Days left, days old', 'd', {
        'certificate {{certificate}}': 'min by (certificate) (scenor_certificate_days_left)',
        'key {{key}}': 'max by (key) (scenor_key_age_days)',
        backup: '(time() - max(scenor_backup_last_success_seconds)) / 86400',
        'schedule {{schedule}}': '(time() - max by (schedule) (scenor_schedule_last_success_seconds)) / 86400',
      }),
      panel('Redis, and readings that fail', 'short', {
        Redis: 'min(scenor_redis_up)',
        'not read: {{metric}}': 'sum by (metric) (increase(scenor_reading_failures_total[5m]))',
      }),
      panel('Versions at work', 'short', { '{{job}} {{version}}': 'count by (job, version) (scenor_build_info)' }),
    ],
  },
  {
    id: 'notifications',
    title: 'Scenor: notifications',
    panels: [
      panel('How deliveries end', 'ops', {
        '{{channel}} {{outcome}}': rate('scenor_deliveries_total', 'channel, outcome'),
      }),
      panel('From notification to sent, p95', 's', {
        '{{channel}}': quantile(0.95, 'scenor_delivery_seconds_bucket', 'channel'),
      }),
      panel('Not sent yet', 'short', { '{{channel}}': 'max by (channel) (scenor_deliveries_waiting)' }),
      panel('Operations of every kind, p95', 's', {
        '{{kind}} {{outcome}}': quantile(0.95, 'scenor_operation_seconds_bucket', 'kind, outcome'),
      }),
    ],
  },
  {
    id: 'objectives',
    title: 'Scenor: objectives',
    panels: SLOS.map((slo) =>
      panel(`${slo.title}: ${slo.objective} %`, 'percentunit', {
        'bad in 5 minutes': ratioName(slo, '5m'),
        'bad in an hour': ratioName(slo, '1h'),
        'bad in six hours': ratioName(slo, '6h'),
        allowed: `vector(${budgetOf(slo)})`,
      }),
    ),
  },
]

const WIDTH = 12
const HEIGHT = 8

/** As Grafana imports it (schema 39): a data source is chosen at the import. */
export const grafanaFile = ({ id, title, panels }: Dashboard) => ({
  uid: `scenor-${id}`,
  title,
  tags: ['scenor'],
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: { list: [{ name: 'source', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
  panels: panels.map(({ title: name, unit, lines }, i) => ({
    id: i + 1,
    type: 'timeseries',
    title: name,
    datasource: { type: 'prometheus', uid: '${source}' },
    gridPos: { x: (i % 2) * WIDTH, y: Math.floor(i / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: Object.entries(lines).map(([legendFormat, expr], n) => ({
      refId: String.fromCharCode(65 + n),
      ...{ expr, legendFormat },
    })),
  })),
})
