import { alerts, steady, rising } from './given.ts'

/** The parts of an installation, causes first. Thresholds are where to begin: raise those that are no news to you. */
export const PROCESSES = alerts('platform', [
  {
    name: 'ApiDown',
    expr: '(sum(up{job="scenor-api"}) or vector(0)) == 0',
    for: '1m',
    severity: 'page',
    summary: 'No API process answers Prometheus',
    fires: { 'up{job="scenor-api"}': steady(0) },
    silent: { 'up{job="scenor-api"}': steady(1) },
    drill: 'api',
  },
  {
    name: 'WorkersDown',
    expr: '(sum(up{job="scenor-workers"}) or vector(0)) == 0',
    for: '1m',
    severity: 'page',
    summary: 'No worker process answers Prometheus: what is accepted waits',
    fires: {},
    silent: { 'up{job="scenor-workers"}': steady(1) },
    drill: 'workers',
  },
  {
    name: 'ProcessRestarts',
    expr: 'changes(process_start_time_seconds{job=~"scenor-.+"}[15m]) > 3',
    for: '0m',
    summary: '{{ $labels.instance }} was started {{ $value }} times in a quarter of an hour',
    fires: { 'process_start_time_seconds{job="scenor-api",instance="a"}': '0+60x60' },
    silent: { 'process_start_time_seconds{job="scenor-api",instance="a"}': steady(5) },
    drill: 'five starts do not fit into the short spans of the drill; test/e2e/killed-worker.test.ts kills processes',
  },
  {
    name: 'EventLoopLags',
    expr: 'max by (job, instance) (nodejs_eventloop_lag_p99_seconds{job=~"scenor-.+"}) > 0.5',
    summary: '{{ $labels.instance }} holds up its own work for {{ $value | humanizeDuration }}',
    fires: { 'nodejs_eventloop_lag_p99_seconds{job="scenor-api",instance="a"}': steady(0.8) },
    silent: { 'nodejs_eventloop_lag_p99_seconds{job="scenor-api",instance="a"}': steady(0.02) },
    drill: 'no request is known that holds up a process for so long; SIGSTOP is ApiDown',
  },
  {
    name: 'MemoryGrows',
    expr: 'max by (job, instance) (process_resident_memory_bytes{job=~"scenor-.+"}) > 1.2e9',
    for: '15m',
    summary: '{{ $labels.instance }} holds {{ $value | humanize1024 }}B',
    fires: { 'process_resident_memory_bytes{job="scenor-api",instance="a"}': steady(2e9) },
    silent: { 'process_resident_memory_bytes{job="scenor-api",instance="a"}': steady(2e8) },
    drill: 'no load is known that makes a process so large',
  },
  {
    name: 'ReadingsFail',
    expr: 'sum by (metric) (increase(scenor_reading_failures_total[10m])) > 3',
    summary: '{{ $labels.metric }} cannot be read: alerts that need it are blind',
    causedBy: ['DatabaseAway', 'TemporalAway'],
    fires: { 'scenor_reading_failures_total{metric="scenor_outbox_waiting"}': rising(1) },
    silent: { 'scenor_reading_failures_total{metric="scenor_outbox_waiting"}': steady(2) },
    drill: 'table',
  },
  {
    name: 'LoopHangs',
    expr: 'max by (loop) (scenor_loop_round_seconds) > 120',
    for: '1m',
    summary:
      'The loop {{ $labels.loop }} is at one round for {{ $value | humanizeDuration }}; at ten minutes its process ends itself',
    causedBy: ['DatabaseAway'],
    fires: { 'scenor_loop_round_seconds{loop="outbox ai"}': steady(300) },
    silent: { 'scenor_loop_round_seconds{loop="outbox ai"}': steady(2) },
    drill:
      'what a round waits for has a limit below a minute, so that only a fault of ours makes it; test/lifecycle.test.ts has one',
  },
])
