import type { Alert } from './alert.ts'

type Given = Omit<Alert, 'for' | 'at' | 'severity' | 'owner' | 'causedBy'> &
  Partial<Pick<Alert, 'for' | 'at' | 'severity' | 'owner' | 'causedBy'>>

/** Most hold for five minutes, are looked at within a working day, and belong to those who run the platform. */
export const alerts = (owner: Alert['owner'], all: readonly Given[]): readonly Alert[] =>
  all.map((given) => ({ for: '5m', at: '30m', severity: 'ticket', owner, causedBy: [], ...given }))

/** A value that stays for an hour of a test, and one that rises by so much a minute. */
export const steady = (value: number) => `${value}x60`
export const rising = (by: number) => `0+${by}x60`
export const NEVER_STOPS = 'nothing but days of waiting makes it so; its promtool case stands for it'
/** Of a queue or a table whose server is away nobody can know more. */
export const WORKERS_GONE = ['WorkersDown', 'DatabaseAway']
export const TEMPORAL_GONE = ['WorkersDown', 'TemporalAway']
