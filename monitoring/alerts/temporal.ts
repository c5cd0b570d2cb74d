import { alerts, steady, rising, TEMPORAL_GONE } from './given.ts'

/** Of the SDK in our workers and of the Temporal server, in the order of cause: slots, pollers, latency, completions. */
export const TEMPORAL = alerts('platform', [
  {
    name: 'TemporalAway',
    expr: 'sum(rate(temporal_request_failure{status_code=~"UNAVAILABLE|DEADLINE_EXCEEDED|TRANSPORT_ERROR"}[2m])) + sum(rate(temporal_long_request_failure{status_code=~"UNAVAILABLE|TRANSPORT_ERROR"}[2m])) > 0.2 or sum(rate(scenor_reading_failures_total{metric="scenor_schedule_last_success_seconds"}[2m])) > 0',
    for: '1m',
    severity: 'page',
    summary: 'The Temporal server does not answer: work is accepted and waits',
    causedBy: ['WorkersDown'],
    fires: { 'scenor_reading_failures_total{metric="scenor_schedule_last_success_seconds"}': rising(4) },
    silent: { 'temporal_request_failure{status_code="NOT_FOUND"}': rising(9) },
    drill: 'temporal',
  },
  {
    name: 'SlotsExhausted',
    expr: 'min by (task_queue, worker_type) (temporal_worker_task_slots_available{worker_type=~"ActivityWorker|WorkflowWorker"}) == 0',
    for: '10m',
    summary:
      'Every {{ $labels.worker_type }} slot of {{ $labels.task_queue }} is taken: add processes, or raise AI_CONCURRENCY',
    fires: { 'temporal_worker_task_slots_available{task_queue="ai",worker_type="ActivityWorker"}': steady(0) },
    silent: { 'temporal_worker_task_slots_available{task_queue="ai",worker_type="ActivityWorker"}': steady(40) },
    drill: 'slots',
  },
  {
    name: 'PollersGone',
    expr: 'sum by (task_queue) (temporal_num_pollers{poller_type=~"workflow_task|activity_task"}) == 0',
    severity: 'page',
    summary: 'Nobody takes work from {{ $labels.task_queue }}',
    causedBy: TEMPORAL_GONE,
    fires: { 'temporal_num_pollers{task_queue="ai",poller_type="activity_task"}': steady(0) },
    silent: { 'temporal_num_pollers{task_queue="ai",poller_type="activity_task"}': steady(5) },
    drill: 'a worker that stops takes its series along, which is WorkersDown; only a fault of the SDK makes it',
  },
  {
    name: 'NonDeterminism',
    expr: 'sum by (task_queue, workflow_type) (increase(temporal_workflow_task_execution_failed{failure_reason="NonDeterminismError"}[10m])) > 0 or sum by (task_queue, workflow_type) (temporal_workflow_task_execution_failed{failure_reason="NonDeterminismError"} unless temporal_workflow_task_execution_failed offset 10m) > 0',
    for: '0m',
    severity: 'page',
    // The second half: of a counter that appears with its first count Prometheus sees no rise.
    summary: 'The code of {{ $labels.workflow_type }} does not fit its histories: take the deployment back',
    fires: {
      'temporal_workflow_task_execution_failed{task_queue="ai",workflow_type="generation",failure_reason="NonDeterminismError"}':
        '_x25 1x40',
    },
    silent: {
      'temporal_workflow_task_execution_failed{task_queue="ai",workflow_type="generation",failure_reason="NonDeterminismError"}':
        steady(1),
    },
    drill: 'two releases at once; test/workers/versioning.test.ts and npm run replay are for it',
  },
  {
    name: 'WorkflowTasksFail',
    expr: 'sum by (task_queue, failure_reason) (increase(temporal_workflow_task_execution_failed[10m])) > 3',
    severity: 'page',
    summary:
      'Workflow tasks of {{ $labels.task_queue }} fail by {{ $labels.failure_reason }}: their executions stand still',
    causedBy: ['NonDeterminism', 'TemporalAway'],
    fires: {
      'temporal_workflow_task_execution_failed{task_queue="ai",failure_reason="WorkflowError"}': rising(1),
    },
    silent: {
      'temporal_workflow_task_execution_failed{task_queue="ai",failure_reason="WorkflowError"}': steady(2),
    },
    drill: 'two releases at once; the counter is that of NonDeterminism',
  },
  {
    name: 'WorkflowTasksWait',
    expr: 'histogram_quantile(0.99, sum by (task_queue, le) (rate(temporal_workflow_task_schedule_to_start_latency_seconds_bucket[5m]))) > 5',
    summary: 'Workflows of {{ $labels.task_queue }} wait for {{ $value | humanizeDuration }} until a worker takes them',
    causedBy: [...TEMPORAL_GONE, 'SlotsExhausted', 'PollersGone'],
    fires: {
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="10"}': rising(9),
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="5"}': steady(0),
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="+Inf"}': rising(9),
    },
    silent: {
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="0.1"}': rising(9),
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="+Inf"}': rising(9),
    },
    drill: 'tasks that wait are those of workers that are away, which is WorkersDown',
  },
  {
    name: 'ActivitiesWait',
    expr: 'histogram_quantile(0.95, sum by (task_queue, le) (rate(temporal_activity_schedule_to_start_latency_seconds_bucket[10m]))) > 120',
    summary: 'Steps of {{ $labels.task_queue }} wait for {{ $value | humanizeDuration }} until a worker takes them',
    causedBy: [...TEMPORAL_GONE, 'SlotsExhausted', 'PollersGone'],
    fires: {
      'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="300"}': rising(9),
      'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="120"}': steady(0),
      'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="+Inf"}': rising(9),
    },
    silent: {
      'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="1"}': rising(9),
      'temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="ai",le="+Inf"}': rising(9),
    },
    drill: 'it takes minutes of waiting; the drill `slots` fires its cause',
  },
  {
    name: 'TemporalLimits',
    expr: 'sum by (operation) (rate(temporal_request_failure{status_code="RESOURCE_EXHAUSTED"}[5m])) > 0',
    for: '1m',
    summary: 'The Temporal server turns {{ $labels.operation }} away: its limits are below what we do',
    fires: {
      'temporal_request_failure{operation="StartWorkflowExecution",status_code="RESOURCE_EXHAUSTED"}': rising(1),
    },
    silent: { 'temporal_request_failure{operation="StartWorkflowExecution",status_code="NOT_FOUND"}': rising(1) },
    drill: 'the dev server of a drill has its limits raised',
  },
  {
    name: 'TemporalBacklog',
    expr: 'max by (namespace, taskqueue, task_type) (approximate_backlog_age_seconds{taskqueue=~"auth|users|scenarios|ai|notifications"}) > 300',
    summary: 'The oldest task of {{ $labels.taskqueue }} waits for {{ $value | humanizeDuration }} on the server',
    causedBy: [...TEMPORAL_GONE, 'SlotsExhausted', 'PollersGone'],
    fires: { 'approximate_backlog_age_seconds{namespace="n",taskqueue="ai",task_type="Activity"}': steady(900) },
    silent: { 'approximate_backlog_age_seconds{namespace="n",taskqueue="ai",task_type="Activity"}': steady(1) },
    drill: 'it is a metric of the Temporal server, whose dev server counts otherwise; its promtool case stands for it',
  },
])
