/** What people may expect of us, as a share of events that were good. */
export interface Slo {
  /** In names of rules and in the label `slo`. */
  readonly id: string
  readonly title: string
  /** Of a hundred, how many must be good. */
  readonly objective: number
  /** The share of bad ones, as PromQL; `$window` stands for a duration. No series where nothing happened. */
  readonly badRatio: string
  /** How many there were, as PromQL: below `atLeast` within the long window nobody is woken by one of two. */
  readonly count: string
  readonly atLeast: number
  readonly owner: Owner
  readonly what: string
}

export const OWNERS = ['platform', 'ai', 'security'] as const
/** Who looks at an alert first. */
export type Owner = (typeof OWNERS)[number]

const REQUESTS = 'scenor_http_requests_total{route!~"/health.*"'
const READS = '{method="GET",route!~"/health.*|.*/export.*|.*/events|.*/stream"'
/** A person's own wish, or an answer that a model may give, is no failure of ours. */
const OURS =
  'kind=~"script|scene|title",outcome!="cancelled",code!~"ai.refused|ai.base_version_changed|ai.budget_exhausted"'

/** Those beyond an upper limit of a histogram. */
const slow = (histogram: string, labels: string, limit: string): Pick<Slo, 'badRatio' | 'count'> => {
  const selector = labels === '' ? '{' : `${labels.replace(/}$/, '')},`
  const all = `sum(rate(${histogram}_count${labels === '' ? '' : `${labels}}`}[$window]))`
  return {
    badRatio: `(${all} - sum(rate(${histogram}_bucket${selector}le="${limit}"}[$window]))) / (${all} > 0)`,
    count: `sum(increase(${histogram}_count${labels === '' ? '' : `${labels}}`}[$window]))`,
  }
}

/** Seconds within which 95 of a hundred scripts of a length are to be there. Limits of buckets of `scenor_generation_seconds`. */
const WRITTEN_WITHIN_S = { short: 60, medium: 180, long: 600 } as const

export const SLOS: readonly Slo[] = [
  {
    id: 'api_availability',
    title: 'API answers',
    objective: 99.9,
    badRatio: `(sum(rate(${REQUESTS},code=~"5.."}[$window])) or vector(0)) / (sum(rate(${REQUESTS}}[$window])) > 0)`,
    count: `sum(increase(${REQUESTS}}[$window]))`,
    atLeast: 100,
    owner: 'platform',
    what: 'requests that are not answered with a 5xx; what a gateway answers by itself is in its own metrics',
  },
  {
    id: 'api_latency',
    title: 'Reads within 300 ms',
    objective: 95,
    ...slow('scenor_http_request_seconds', READS, '0.3'),
    atLeast: 100,
    owner: 'platform',
    what: 'GET requests, without health, files and event streams',
  },
  {
    id: 'generation_success',
    title: 'Generations succeed',
    objective: 99,
    badRatio: `(sum(rate(scenor_operations_total{${OURS},outcome="failed"}[$window])) or vector(0)) / (sum(rate(scenor_operations_total{${OURS}}[$window])) > 0)`,
    count: `sum(increase(scenor_operations_total{${OURS}}[$window]))`,
    atLeast: 10,
    owner: 'ai',
    what: 'scripts, scenes and titles, without those that were cancelled, that a model refused, or whose scenario had moved on',
  },
  ...Object.entries(WRITTEN_WITHIN_S).map(([length, limit]): Slo => ({
    id: `generation_time_${length}`,
    title: `Scripts of ${length} length within ${limit} s`,
    objective: 95,
    ...slow('scenor_generation_seconds', `{length="${length}"`, String(limit)),
    atLeast: 10,
    owner: 'ai',
    what: 'from acceptance to the stored script',
  })),
  {
    id: 'event_freshness',
    title: 'Events on the bus within 5 s',
    objective: 99,
    ...slow('scenor_event_publish_seconds', '', '5'),
    atLeast: 50,
    owner: 'platform',
    what: 'from the change to its event being on the bus',
  },
  {
    id: 'notification_time',
    title: 'Notifications sent within 60 s',
    objective: 99,
    ...slow('scenor_delivery_seconds', '', '60'),
    atLeast: 20,
    owner: 'platform',
    what: 'mails, texts and pushes that no digest and no quiet hours hold back',
  },
]

export const overWindow = (expression: string, window: string): string => expression.replaceAll('$window', window)

/** Bad ones that the objective allows, as a share. */
export const budgetOf = ({ objective }: Pick<Slo, 'objective'>): number => Number(((100 - objective) / 100).toFixed(6))
