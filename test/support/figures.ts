import type { System } from './system.ts'

/** One line of an answer to Prometheus. */
export interface Figure {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/i
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** Prometheus' text format, as far as ours goes. */
export const readFigures = (text: string): Figure[] =>
  text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? []
    if (name === undefined || line.startsWith('#')) return []
    return [
      { name, labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, k, v]) => [k, v])), value: Number(value) },
    ]
  })

/** What a process of the role shows now. */
export async function metricsText(system: Pick<System, 'metricsPorts'>, role: 'api' | 'workers'): Promise<string> {
  return (await fetch(`http://127.0.0.1:${system.metricsPorts[role]}/metrics`)).text()
}

/** The sum of a metric's series with these labels. */
export const sumOf = (figures: readonly Figure[], name: string, labels: Figure['labels'] = {}): number =>
  figures
    .filter((f) => f.name === name && Object.entries(labels).every(([key, value]) => f.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0)
