import type { Alert, Series } from './alert.ts'
import { budgetOf, overWindow, SLOS, type Slo } from '../slos.ts'

/**
 * How fast a month's budget may burn before somebody is told, from the SRE workbook (ch. 5): 2 % in an hour, 5 % in six hours, 10 % in
 * three days. The short window ends the alert soon after the fault.
 */
const BURNS = [
  { speed: 'fast', long: '1h', short: '5m', rate: 14.4, for: '2m', severity: 'page' },
  { speed: 'slow', long: '6h', short: '30m', rate: 6, for: '15m', severity: 'page' },
  { speed: 'creeping', long: '3d', short: '6h', rate: 1, for: '1h', severity: 'ticket' },
] as const

export const WINDOWS = [...new Set(BURNS.flatMap(({ long, short }) => [long, short]))]

/** The recorded share of bad ones within a window. */
export const ratioName = ({ id }: Pick<Slo, 'id'>, window: string): string => `slo:${id}:bad_ratio_${window}`

const camel = (id: string) => id.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Faults of which a burning objective is only the sign: whoever is told of those needs no second call. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  api: ['ApiDown', 'DatabaseAway'],
  generation: ['WorkersDown', 'TemporalAway', 'DatabaseAway', 'ProviderDown', 'PollersGone'],
  event: ['WorkersDown', 'DatabaseAway', 'OutboxStuck'],
  notification: ['WorkersDown', 'TemporalAway', 'DatabaseAway', 'PollersGone'],
}

/** Faults of the drill that burn an objective. */
const DRILLS: Readonly<Record<string, string>> = {
  api_availability: 'broken',
  api_latency: 'pool',
  generation_success: 'model',
  event_freshness: 'late',
}
const TOO_SLOW = 'it takes minutes of lateness of many; its promtool case stands for it'

/** The counters of an objective: all good, or all bad from the beginning on. */
function seriesOf({ id }: Slo, bad: boolean): Series {
  const rise = '0+100x300'
  const flat = bad ? '0x300' : rise
  const histogram = (name: string, labels: string, limit: string): Series => ({
    [`${name}_count{${labels}}`]: rise,
    [`${name}_bucket{${labels}${labels === '' ? '' : ','}le="${limit}"}`]: flat,
  })
  if (id === 'api_availability')
    return { [`scenor_http_requests_total{route="/scenarios",method="GET",code="${bad ? 500 : 200}"}`]: rise }
  if (id === 'generation_success')
    return {
      [`scenor_operations_total{kind="script",outcome="${bad ? 'failed' : 'succeeded'}",code="${bad ? 'ai.timeout' : ''}"}`]:
        rise,
      // No failure of ours.
      'scenor_operations_total{kind="script",outcome="failed",code="ai.refused"}': rise,
      'scenor_operations_total{kind="script",outcome="cancelled",code=""}': rise,
    }
  if (id === 'api_latency') return histogram('scenor_http_request_seconds', 'route="/scenarios",method="GET"', '0.3')
  if (id === 'event_freshness') return histogram('scenor_event_publish_seconds', '', '5')
  if (id === 'notification_time') return histogram('scenor_delivery_seconds', '', '60')
  const length = id.replace('generation_time_', '')
  const limit = { short: '60', medium: '180', long: '600' }[length]
  return histogram('scenor_generation_seconds', `length="${length}"`, limit ?? '')
}

/** Three alerts of each objective. */
export const BURN_ALERTS: readonly Alert[] = SLOS.flatMap((slo) =>
  BURNS.map(({ speed, long, short, rate, for: lasting, severity }): Alert => {
    const limit = Number((rate * budgetOf(slo)).toFixed(6))
    return {
      name: `${camel(slo.id)}Burns${camel(speed)}`,
      // Nothing burns faster than all of it: an objective of 95 has no burn of 20 and more.
      expr: `${ratioName(slo, long)} > ${limit} and ${ratioName(slo, short)} > ${limit} and ${overWindow(slo.count, long)} >= ${slo.atLeast}`,
      for: lasting,
      severity,
      owner: slo.owner,
      summary: `${slo.title}: ${(100 * limit).toFixed(1)} % and more were bad for ${short} and for ${long}; ${slo.objective} % must be good in 30 days`,
      causedBy: CAUSES[slo.id.split('_')[0] ?? ''] ?? [],
      labels: { slo: slo.id },
      runbook: 'an-objective-burns',
      fires: seriesOf(slo, true),
      silent: seriesOf(slo, false),
      at: speed === 'creeping' ? '2h' : '1h',
      drill:
        speed === 'fast'
          ? (DRILLS[slo.id] ?? TOO_SLOW)
          : 'its window is hours or days long; the expression is that of the fast one',
    }
  }),
)
