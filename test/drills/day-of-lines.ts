import { createLogger } from '../../telemetry/logger.ts'
import { withTrace } from '../../telemetry/trace.ts'

const MINUTES = 24 * 60
/** Requests in a minute. */
const REQUESTS = 20
const ROUTES = ['/operations/{id}', '/scenarios', '/scenarios/{id}', '/notifications', '/ai/generate']

/** What the day has once or a few times, which the ten questions must find, and how often each finds something. */
export const NEEDLES: readonly number[] = [3, 3, 2, 4, 2, 3, 1, 2, 3, 2]

/**
 * A day of lines, made by the logger of the processes: tens of thousands of requests and of steps that went well, and among them what
 * questions are asked about. Each line as text, in the order of its time.
 * @param end of the day, milliseconds since 1970
 */
export function dayOfLines(end: number): string[] {
  const lines: string[] = []
  let at = end - MINUTES * 60_000
  const write = (line: string) =>
    void lines.push(line.trimEnd().replace(/"@timestamp":"[^"]+"/, `"@timestamp":"${new Date(at).toISOString()}"`))
  const [api, workers] = ['api', 'workers'].map((name) => createLogger({ LOG_LEVEL: 'info' }, name, { write }))
  if (!api || !workers) return []
  const trace = (n: number) => `00-${n.toString(16).padStart(32, '0')}-${'1'.repeat(16)}-00`
  const request = (n: number, more: object = {}) => {
    const line = {
      method: 'GET',
      route: ROUTES[n % ROUTES.length],
      http_status: 200,
      duration_ns: 4_000_000 + (n % 900) * 1_000,
      user_id: `person-${n % 50}`,
    }
    withTrace(trace(n + 1), () => api.info({ ...line, ...more }, 'request'), { request_id: `request-${n}` })
  }
  const step = (n: number, level: 'info' | 'warn', message: string, more: object = {}) => {
    const fields = { workflow_id: `generation-${n}`, run_id: `run-${n}`, activity_type: 'writeScript', attempt: 1 }
    withTrace(trace(n + 1), () => workers[level](more, message), fields)
  }
  const failure = Object.assign(new Error('the model server answered 500'), { code: 'ai.provider_failed' })
  /** By the minute of the day. */
  const planned: Record<number, () => void> = {
    100: () => {
      const fields = { request_id: 'request-needle-1' }
      const one = () => {
        api.info({ operation_id: 'generation-x', workflow_id: 'generation-x', kind: 'generation' }, 'accepted')
        api.info({ method: 'POST', route: '/ai/generate', http_status: 202, duration_ns: 9_000_000 }, 'request')
        workers.info({ tries: 1 }, 'started late')
      }
      withTrace(trace(1), one, fields)
    },
    200: () => {
      const id = 'generation-needle-2'
      api.info({ operation_id: id, workflow_id: id, kind: 'generation' }, 'accepted')
      // As the SDK says it.
      workers.warn(
        {
          workflowId: id,
          runId: 'r',
          activityType: 'storeVersion',
          attempt: 1,
          err: failure,
          sdkComponent: 'worker',
          numbers: { a: 1 },
        },
        'Activity failed',
      )
      workers.warn({ workflowId: id, runId: 'r', workflowType: 'generation', err: failure }, 'Workflow failed')
    },
    300: () => {
      const two = () => {
        api.info({ method: 'GET', route: '/scenarios', http_status: 200, duration_ns: 5_000_000 }, 'request')
        workers.info({ tries: 1 }, 'started late')
      }
      withTrace(`00-${'3'.repeat(32)}-${'1'.repeat(16)}-01`, two)
    },
    400: () => [500, 503, 503, 500].forEach((http_status, n) => request(1_000_000 + n, { http_status })),
    500: () => [2_500_000_000, 9_000_000_000].forEach((duration_ns, n) => request(2_000_000 + n, { duration_ns })),
    600: () => [1, 2].forEach((n) => step(3_000_000 + n, 'warn', 'Activity failed', { err: failure })),
    700: () => workers.error({ provider: 'openai', reason: 'quota' }, 'the provider does not work'),
    800: () => {
      workers.error({ topic: 'ai_events', reason: 'x', tries: 5 }, 'an event became a dead letter')
      workers.error(
        { err: failure, service: 'ai', event_id: 'e', type: 'generation_succeeded' },
        'an event cannot be sent and is set aside',
      )
    },
    900: () => {
      workers.warn('Temporal is away; what is promised waits')
      workers.warn({ err: failure, failed: 3, service: 'ai' }, 'workflows could not be started')
      workers.warn(
        { err: failure, service: 'ai', failures: 1 },
        'events wait in the outbox: the bus or the database is away',
      )
    },
    1000: () => {
      api.fatal({ err: new TypeError('a fault of ours') }, 'an error nobody caught')
      workers.fatal({ loops: ['outbox ai', 'starts ai'] }, 'a loop hangs; the process ends to be started anew')
    },
  }
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let n = 0; n < REQUESTS; n++) {
      request(minute * REQUESTS + n)
      at += 60_000 / REQUESTS
    }
    planned[minute]?.()
    if (minute % 5 === 0) step(minute, 'info', 'started late', { tries: 1 })
  }
  return lines
}
