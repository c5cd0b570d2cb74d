import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { FROM_ZERO } from './from-zero.ts'
import { METRIC_NAMES, metricOf, type MetricName, type NameOf, type Role } from './catalogue.ts'

export type Labels = Readonly<Record<string, string>>

/** What the process has counted. One a process: what counts is deep in it, and who asks wants all of it. */
export const tallies = new Registry()

/** Values of a label that are told apart; what comes after them is `other`, so that no client and no server of a model fills the memory. */
const MAX_VALUES = 200

const bounded = (labels: Labels, seen: Map<string, Set<string>>): Labels =>
  Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      const values = seen.get(name) ?? new Set()
      seen.set(name, values)
      if (values.size < MAX_VALUES) values.add(value)
      return [name, values.has(value) ? value : 'other']
    }),
  )

function makeMetric(name: MetricName) {
  const { kind, labels, help, buckets } = metricOf(name)
  const options = { name, help, labelNames: [...labels], registers: [tallies] }
  const seen = new Map<string, Set<string>>()
  const metric =
    kind === 'counter'
      ? new Counter(options)
      : kind === 'histogram'
        ? new Histogram({ ...options, buckets: [...(buckets ?? [])] })
        : new Gauge(options)
  return { metric, seen }
}

const made = new Map<MetricName, ReturnType<typeof makeMetric>>()
const metric = (name: MetricName) => {
  const known = made.get(name) ?? makeMetric(name)
  made.set(name, known)
  return known
}

/** Counts. By 0: the series is there from now on, so that its first count shows as a rise. */
export function count(name: NameOf<'counter'>, labels: Labels = {}, by = 1): void {
  const { metric: counter, seen } = metric(name)
  ;(counter as Counter).inc(bounded(labels, seen), by)
}

/** One value of a histogram, in the unit of its name. */
export function observe(name: NameOf<'histogram'>, labels: Labels, value: number): void {
  const { metric: histogram, seen } = metric(name)
  ;(histogram as Histogram).observe(bounded(labels, seen), value)
}

/** A state that the process knows of by itself. */
export function note(name: NameOf<'gauge'>, labels: Labels, value: number): void {
  const { metric: gauge, seen } = metric(name)
  ;(gauge as Gauge).set(bounded(labels, seen), value)
}

/** Makes all that a process of a role counts: what never happened yet shows as well. */
export function prepareTallies(role: Role): void {
  for (const name of METRIC_NAMES) {
    if (metricOf(name).kind === 'gauge' || !metricOf(name).of.includes(role)) continue
    metric(name)
    for (const labels of FROM_ZERO[name as NameOf<'counter'>] ?? []) count(name as NameOf<'counter'>, labels, 0)
  }
}
