import { GEN_AI_METRICS } from './gen-ai-metrics.ts'

/** What a metric is, where it is found, by what it is told apart. */
interface Metric {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** The processes that have it. */
  readonly of: readonly Role[]
  readonly labels: readonly string[]
  readonly help: string
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[]
}

export const ROLES = ['api', 'workers'] as const
export type Role = (typeof ROLES)[number]

/** A request: reads take milliseconds, a registration up to 2 s, a waited-for title up to 30 s. 0.3 is the objective of reads. */
const REQUEST_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30]
/** A call of a model, and the work around it: up to AI_TIMEOUT_MS, and up to AI_GIVE_UP_S. */
const WORK_S = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 90, 120, 180, 300, 600, 900, 3_600]
/** What is to be soon: events within 5 s, notifications within 60 s. */
const SOON_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600, 3_600]

const API: readonly Role[] = ['api']
const WORKERS: readonly Role[] = ['workers']
const BOTH: readonly Role[] = ROLES

const counter = (of: readonly Role[], labels: readonly string[], help: string) =>
  ({ kind: 'counter', of, labels, help }) as const
const gauge = (of: readonly Role[], labels: readonly string[], help: string) =>
  ({ kind: 'gauge', of, labels, help }) as const
const histogram = (of: readonly Role[], buckets: readonly number[], labels: readonly string[], help: string) =>
  ({ kind: 'histogram', of, labels, help, buckets }) as const

/** What a model call is told apart by. Never people, never ids: each label has a closed list or a few values of the configuration. */
const CALL = ['provider', 'model', 'prompt', 'prompt_version']

/**
 * Every metric that we count or read. The names of our own are a contract: dashboards and alerts (`monitoring/`) are made of them, and
 * installations have their own. A counter ends with `_total`, a time is in seconds, money in millionths of the currency.
 */
const METRICS = {
  scenor_build_info: gauge(BOTH, ['version'], 'Always 1; the version of the process'),
  scenor_reading_failures_total: counter(
    BOTH,
    ['metric'],
    'Gauges that could not be read and are left out of the answer',
  ),

  scenor_http_requests_total: counter(API, ['route', 'method', 'code'], 'Requests answered; the route is a template'),
  scenor_http_request_seconds: histogram(
    API,
    REQUEST_S,
    ['route', 'method'],
    'From a request to its answer being handed over',
  ),
  scenor_http_in_flight: gauge(API, [], 'Requests at work; event streams are not counted'),
  scenor_problems_total: counter(API, ['code'], 'Requests refused or failed, by the code of errors/errors.ts'),
  scenor_throttled_total: counter(API, ['limit'], 'Requests beyond a limit, by its name'),
  scenor_security_events_total: counter(BOTH, ['kind'], 'Sign-ins, refused ones, changes of passwords and the like'),
  scenor_hashes_waiting: gauge(API, [], 'Password hashes that wait for their turn'),
  scenor_exports_total: counter(
    API,
    ['format', 'outcome'],
    'Files and comparisons made, failed, or turned away because too many wait',
  ),
  scenor_export_seconds: histogram(
    API,
    REQUEST_S,
    ['format'],
    'From the wish for a file to the file, the queue included',
  ),
  scenor_exports_waiting: gauge(API, [], 'Files and comparisons that wait for their turn'),
  scenor_cache_total: counter(API, ['result'], 'Look-ups of kept answers: own, redis, miss'),
  scenor_redis_up: gauge(API, [], '1 when the Redis of the cache answers; no series without one'),
  scenor_streams_open: gauge(API, [], 'Event streams that are open'),
  scenor_streams_opened_total: counter(API, ['resumed'], 'Event streams begun; resumed: with Last-Event-ID'),
  scenor_streams_ended_total: counter(
    API,
    ['reason'],
    'Event streams over: done, gone (the client), drained, cut (a minute is over), failed',
  ),

  scenor_operations_total: counter(
    BOTH,
    ['kind', 'outcome', 'code'],
    'Attempts of operations that ended; kind of ai: script, scene, title',
  ),
  scenor_operation_seconds: histogram(
    BOTH,
    WORK_S,
    ['kind', 'outcome'],
    'From acceptance to the end of the first attempt',
  ),
  scenor_generation_seconds: histogram(
    BOTH,
    WORK_S,
    ['length'],
    'From acceptance to the stored script, of those that succeed at once: short (a minute at most), medium (5), long',
  ),
  scenor_operation_retries_total: counter(BOTH, ['kind'], 'Operations opened for another attempt'),
  scenor_operation_cancel_seconds: histogram(BOTH, SOON_S, ['kind'], 'From the wish to stop to the end'),
  scenor_operations_open: gauge(WORKERS, ['kind', 'stage'], 'Operations that have not ended'),
  scenor_operations_oldest_seconds: gauge(
    WORKERS,
    ['kind', 'stage'],
    'Since when nothing moved the open operation that rests longest',
  ),
  scenor_start_intents_waiting: gauge(WORKERS, ['service'], 'Accepted operations whose workflow is not started yet'),
  scenor_start_intents_oldest_seconds: gauge(WORKERS, ['service'], 'Age of the oldest of them'),

  scenor_model_calls_total: counter(
    WORKERS,
    [...CALL, 'outcome'],
    'Calls of models by what became of them: stop, or why not',
  ),
  scenor_model_call_seconds: histogram(WORKERS, WORK_S, ['provider', 'model', 'prompt'], 'Time of a call to its end'),
  scenor_model_first_text_seconds: histogram(
    WORKERS,
    WORK_S,
    ['provider', 'model'],
    'Time to the first piece of an answer',
  ),
  scenor_model_tokens_total: counter(
    WORKERS,
    [...CALL, 'type'],
    'Tokens: input, output; of these cached and thinking where said',
  ),
  scenor_model_cost_micros_total: counter(
    WORKERS,
    [...CALL, 'currency'],
    'What calls cost, millionths of the currency',
  ),
  scenor_model_unused_total: counter(
    WORKERS,
    ['provider', 'model', 'outcome'],
    'Calls that are paid for and were of no use',
  ),
  scenor_model_paid_twice_total: counter(
    WORKERS,
    ['prompt'],
    'Answers to a step that had one: two executions overlapped',
  ),
  scenor_model_fallbacks_total: counter(
    WORKERS,
    ['provider', 'reason'],
    'Calls that went to the next provider after this one',
  ),
  scenor_model_breaker_open: gauge(WORKERS, ['provider'], '1 while a provider is left alone because it does not work'),
  scenor_ledger_settled_micros: gauge(
    WORKERS,
    ['currency'],
    'All that the ledger ever settled, millionths: compare with the cost of calls',
  ),
  scenor_script_checks_total: counter(WORKERS, ['check', 'result'], 'Checks of finished scripts, as passed or failed'),
  scenor_script_invented_facts_total: counter(WORKERS, [], 'Places in finished scripts that state what nobody ordered'),
  scenor_script_repairs_total: counter(WORKERS, ['result'], 'Rounds of repair: better, no_better, failed'),

  scenor_outbox_waiting: gauge(WORKERS, ['service'], 'Events that wait to be sent'),
  scenor_outbox_oldest_seconds: gauge(WORKERS, ['service'], 'Age of the oldest event that waits to be sent'),
  scenor_outbox_set_aside: gauge(WORKERS, ['service'], 'Events that cannot be sent and wait for people'),
  scenor_event_publish_seconds: histogram(
    WORKERS,
    SOON_S,
    ['service'],
    'From the change to its event being on the bus',
  ),
  scenor_event_handled_seconds: histogram(WORKERS, SOON_S, ['consumer'], 'From the change to its event being handled'),
  scenor_event_bus_lag: gauge(WORKERS, ['consumer', 'topic'], 'Events that a consumer has not handled yet'),
  scenor_dead_letters: gauge(WORKERS, ['consumer'], 'Messages that no try could handle and that wait for people'),
  scenor_events_waiting_for_newer: gauge(WORKERS, ['consumer'], 'Events that no process here knows yet'),

  scenor_deliveries_total: counter(
    WORKERS,
    ['channel', 'outcome'],
    'Notifications on a channel outside, by how they ended',
  ),
  scenor_delivery_seconds: histogram(
    WORKERS,
    SOON_S,
    ['channel'],
    'From a notification to its being sent, where nothing held it back on purpose',
  ),
  scenor_deliveries_waiting: gauge(
    WORKERS,
    ['channel'],
    'Notifications that are not sent yet, those for a digest or after quiet hours too',
  ),

  scenor_loop_round_seconds: gauge(WORKERS, ['loop'], 'Age of the round that a loop is at work on; 0 while it rests'),
  scenor_schedule_last_success_seconds: gauge(
    WORKERS,
    ['schedule'],
    'When the last run of a schedule succeeded, Unix time',
  ),
  scenor_certificate_days_left: gauge(
    BOTH,
    ['certificate'],
    'Days until a certificate that we show, trust or are seen by expires',
  ),
  scenor_key_age_days: gauge(
    BOTH,
    ['key'],
    'Days since the key of a purpose that makes now came into use, where its file or its id tells',
  ),
  scenor_backup_last_success_seconds: gauge(WORKERS, [], 'When the file BACKUP_MARK was last renewed, Unix time'),
  scenor_db_pool_connections: gauge(BOTH, ['database', 'state'], 'Connections to a database: used, idle'),
  scenor_db_pool_limit: gauge(BOTH, ['database'], 'Connections that the process may have to a database'),
  scenor_db_pool_waiting: gauge(BOTH, ['database'], 'Queries that wait for a connection'),

  ...GEN_AI_METRICS,
} as const satisfies Record<`${'scenor' | 'gen_ai'}_${string}`, Metric>

export type MetricName = keyof typeof METRICS
type Kinds = { [N in MetricName]: (typeof METRICS)[N]['kind'] }
export type NameOf<K extends Metric['kind']> = { [N in MetricName]: Kinds[N] extends K ? N : never }[MetricName]

/** The same facts of any metric, for code that asks about all of them alike. */
export const metricOf = (name: MetricName): Metric => METRICS[name]
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[]
