import type { Prometheus } from './query.ts'
import { budgetOf, overWindow, SLOS, type Slo } from './slos.ts'

/** How an objective did in a month. */
export interface Kept {
  readonly id: string
  readonly title: string
  /** Percent that must be good, and percent that were; null where nothing happened. */
  readonly objective: number
  readonly measured: number | null
  /** How many there were. */
  readonly events: number
  /** How much of what the objective allows to be bad was, percent: 100 is all of it. */
  readonly spent: number | null
  readonly kept: boolean
}

/** The month's first moment and its last, or now: UTC. @param month `2026-11` */
export function spanOf(month: string, now = new Date()): { readonly from: Date; readonly to: Date } {
  const from = new Date(`${month}-01T00:00:00.000Z`)
  const next = new Date(from)
  next.setUTCMonth(from.getUTCMonth() + 1)
  return { from, to: next < now ? next : now }
}

/** Asks for all objectives over a span. Prometheus must keep its data for as long (`--storage.tsdb.retention.time=35d`). */
export const slaOf = (prometheus: Pick<Prometheus, 'query'>, { from, to }: { from: Date; to: Date }): Promise<Kept[]> =>
  Promise.all(
    SLOS.map(async (slo) => {
      const window = `${Math.max(60, Math.round((to.getTime() - from.getTime()) / 1000))}s`
      const ask = async (expression: string) => (await prometheus.query(overWindow(expression, window), to))[0]?.value
      const [bad, events = 0] = [await ask(slo.badRatio), await ask(slo.count)]
      return keptOf(slo, bad, events)
    }),
  )

const percent = (share: number) => Math.round(share * 100_000) / 1_000

function keptOf(slo: Slo, bad: number | undefined, events: number): Kept {
  const { id, title, objective } = slo
  if (bad === undefined || Number.isNaN(bad))
    return { id, title, objective, measured: null, events: 0, spent: null, kept: true }
  const measured = percent(1 - bad)
  return {
    ...{ id, title, objective, measured, events: Math.round(events) },
    spent: percent(bad / budgetOf(slo)),
    kept: bad <= budgetOf(slo),
  }
}
