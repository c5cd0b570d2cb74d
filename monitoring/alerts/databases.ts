import { alerts, steady, rising } from './given.ts'

export const DATABASES = alerts('platform', [
  {
    name: 'DatabaseAway',
    expr: 'sum(rate(scenor_reading_failures_total{metric="scenor_outbox_waiting"}[2m])) > 0',
    for: '2m',
    severity: 'page',
    summary: 'Postgres does not answer, or not in time: requests end in 503',
    causedBy: [],
    fires: { 'scenor_reading_failures_total{metric="scenor_outbox_waiting"}': rising(4) },
    silent: { 'scenor_problems_total{code="service.unavailable"}': steady(3) },
    drill: 'postgres',
  },
  {
    name: 'PoolExhausted',
    expr: 'max by (job, database) (scenor_db_pool_waiting) > 0 and max by (job, database) (scenor_db_pool_connections{state="used"} / on (job, instance, database) scenor_db_pool_limit) >= 1',
    for: '2m',
    summary: 'Queries wait for a connection to {{ $labels.database }}',
    causedBy: ['DatabaseAway'],
    fires: {
      'scenor_db_pool_waiting{job="scenor-api",instance="a",database="ai"}': steady(4),
      'scenor_db_pool_connections{job="scenor-api",instance="a",database="ai",state="used"}': steady(10),
      'scenor_db_pool_limit{job="scenor-api",instance="a",database="ai"}': steady(10),
    },
    silent: {
      'scenor_db_pool_waiting{job="scenor-api",instance="a",database="ai"}': steady(0),
      'scenor_db_pool_connections{job="scenor-api",instance="a",database="ai",state="used"}': steady(10),
      'scenor_db_pool_limit{job="scenor-api",instance="a",database="ai"}': steady(10),
    },
    drill: 'pool',
  },
  {
    name: 'RedisAway',
    expr: 'min(scenor_redis_up) == 0',
    summary: 'Redis does not answer: limits are counted by each process for itself, answers come from the database',
    fires: { scenor_redis_up: steady(0) },
    silent: { scenor_redis_up: steady(1) },
    drill: 'redis',
  },
  {
    name: 'BackupOld',
    expr: 'time() - scenor_backup_last_success_seconds > 26 * 3600',
    severity: 'page',
    for: '15m',
    summary: 'The last backup that succeeded is {{ $value | humanizeDuration }} old',
    fires: { scenor_backup_last_success_seconds: steady(-200_000) },
    silent: { scenor_backup_last_success_seconds: '0+60x60' },
    drill: 'backup',
  },
  {
    name: 'CertificateExpires',
    expr: 'min by (certificate) (scenor_certificate_days_left) < 14',
    summary: 'The certificate {{ $labels.certificate }} expires in {{ $value }} days',
    fires: { 'scenor_certificate_days_left{certificate="temporal_client"}': steady(3) },
    silent: { 'scenor_certificate_days_left{certificate="temporal_client"}': steady(90) },
    drill: 'the server of the drill has no TLS; test/telemetry/keys.test.ts reads a real certificate',
  },
  {
    name: 'SigningKeyOld',
    // What the others made is needed for ever, so that a new one replaces nothing.
    expr: 'max by (key) (scenor_key_age_days{key!~"pepper|unsubscribe|vapid"}) > 180',
    owner: 'security',
    summary: 'The key {{ $labels.key }} is in use for {{ $value | humanize }} days',
    fires: { 'scenor_key_age_days{key="access_token"}': steady(200) },
    silent: {
      'scenor_key_age_days{key="access_token"}': steady(20),
      'scenor_key_age_days{key="pepper"}': steady(2_000),
    },
    drill: 'key',
  },
])
