import { alerts, steady, rising } from './given.ts'

export const API_PARTS = alerts('platform', [
  {
    name: 'InternalErrors',
    expr: 'increase(scenor_problems_total{code="internal.error"}[15m]) > 0',
    for: '0m',
    summary:
      '{{ $value | humanize }} requests ended in a fault of ours; the log has the line `unexpected error` with the stack',
    fires: { 'scenor_problems_total{code="internal.error"}': '0x20 1x40' },
    silent: { 'scenor_problems_total{code="internal.error"}': steady(1) },
    drill: 'broken',
  },
  {
    name: 'HashesWait',
    expr: 'max by (instance) (scenor_hashes_waiting) > 20',
    for: '2m',
    summary: '{{ $value }} sign-ins wait for a core: many come at once, or somebody guesses',
    fires: { 'scenor_hashes_waiting{instance="a"}': steady(40) },
    silent: { 'scenor_hashes_waiting{instance="a"}': steady(2) },
    drill: 'hashes',
  },
  {
    name: 'ExportsTurnedAway',
    expr: 'sum(increase(scenor_exports_total{outcome="turned_away"}[15m])) > 5',
    for: '0m',
    summary: '{{ $value | humanize }} files were not made because too many waited',
    fires: { 'scenor_exports_total{format="pdf",outcome="turned_away"}': rising(1) },
    silent: { 'scenor_exports_total{format="pdf",outcome="made"}': rising(9) },
    drill: 'exports',
  },
  {
    name: 'ExportsFail',
    expr: 'sum by (format) (increase(scenor_exports_total{outcome="failed"}[30m])) > 3',
    for: '0m',
    summary: '{{ $value | humanize }} files of {{ $labels.format }} could not be made',
    fires: { 'scenor_exports_total{format="pdf",outcome="failed"}': rising(1) },
    silent: { 'scenor_exports_total{format="pdf",outcome="failed"}': steady(1) },
    drill: 'no scenario is known that cannot be made; test/api/scenarios/export-caps.test.ts lowers the caps',
  },
  {
    name: 'StreamsBreak',
    expr: 'sum(rate(scenor_streams_ended_total{reason="failed"}[10m])) / sum(rate(scenor_streams_ended_total[10m])) > 0.05 and sum(increase(scenor_streams_ended_total{reason="failed"}[10m])) > 5',
    summary: '{{ $value | humanizePercentage }} of the event streams break off',
    causedBy: ['DatabaseAway'],
    fires: {
      'scenor_streams_ended_total{reason="failed"}': rising(2),
      'scenor_streams_ended_total{reason="done"}': rising(2),
    },
    silent: {
      'scenor_streams_ended_total{reason="gone"}': rising(9),
      'scenor_streams_ended_total{reason="done"}': rising(1),
    },
    drill: 'streams',
  },
  {
    name: 'RefreshTokensStolen',
    expr: 'increase(scenor_security_events_total{kind="refresh_reused"}[1h]) > 3',
    for: '0m',
    owner: 'security',
    severity: 'page',
    summary:
      '{{ $value | humanize }} refresh tokens were used twice within an hour: stolen, or a client that keeps old ones',
    fires: { 'scenor_security_events_total{kind="refresh_reused"}': rising(1) },
    silent: { 'scenor_security_events_total{kind="refresh_reused"}': steady(1) },
    drill: 'refresh',
  },
  {
    name: 'SignInsRefused',
    expr: 'sum(increase(scenor_security_events_total{kind="login_failed"}[10m])) > 100 and sum(increase(scenor_security_events_total{kind="login_failed"}[10m])) > 3 * sum(increase(scenor_security_events_total{kind="login"}[10m]))',
    owner: 'security',
    summary:
      '{{ $value | humanize }} sign-ins were refused in ten minutes: somebody guesses, or PASSWORD_PEPPER is another',
    fires: {
      'scenor_security_events_total{kind="login_failed"}': rising(60),
      'scenor_security_events_total{kind="login"}': rising(1),
    },
    silent: {
      'scenor_security_events_total{kind="login_failed"}': rising(15),
      'scenor_security_events_total{kind="login"}': rising(60),
    },
    drill: 'guesses',
  },
])
