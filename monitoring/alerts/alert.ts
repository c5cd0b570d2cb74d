import type { Owner } from '../slos.ts'

/** Series of a test: selector to values, in promtool's notation, a minute apart. */
export type Series = Readonly<Record<string, string>>

export interface Alert {
  readonly name: string
  readonly expr: string
  /** How long it must hold: longer than a deployment. */
  readonly for: string
  /** `page`: somebody is woken. `ticket`: within a working day. */
  readonly severity: 'page' | 'ticket'
  readonly owner: Owner
  /** One sentence with what is wrong; Prometheus fills in `{{ $labels.x }}` and `{{ $value }}`. */
  readonly summary: string
  /** Alerts that are the cause when they fire too: this one is muted then. */
  readonly causedBy: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** Anchor in docs/runbooks.md; default: its name in small letters. */
  readonly runbook?: string
  /** Series by which it fires … */
  readonly fires: Series
  /** … and by which it must not. */
  readonly silent: Series
  /** When both are looked at. */
  readonly at: string
  /** Of the drill with real faults: the fault's name, or the sentence why there is none. */
  readonly drill: string
}
