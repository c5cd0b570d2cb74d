import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keepDeadLetter, removeDeadLetter, listDeadLetters } from '../../db/inbox/dead-letters.ts'
import { DASHBOARDS } from '../../monitoring/dashboards.ts'
import { slaOf } from '../../monitoring/sla.ts'
import { SLOS } from '../../monitoring/slos.ts'
import { rulesFile } from '../../monitoring/rules.ts'
import { startCommand } from '../support/command.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { monitoringInstalled } from '../support/monitoring.ts'
import { faster, startWatching, type Watching } from '../support/prometheus.ts'
import { until } from '../support/until.ts'
import { BRIEF, withModel } from '../support/with-model.ts'

/** What a run without Redis, backups, certificates and a Temporal server of one's own has no figures for, and what takes a day. */
const NOT_HERE = [
  'approximate_backlog_age_seconds',
  'scenor_redis_up',
  'scenor_certificate_days_left',
  'scenor_backup_last_success_seconds',
  'scenor_schedule_last_success_seconds',
]
/** What happens only by a fault: asked for all the same, and without an answer while all is well. */
const FAULTS =
  /fallbacks|breaker|unused|paid_twice|repairs|retries|cancel_seconds|throttled|reading_failures|ALERTS|failure|export|cache|streams|security|failed|invented|slo:|delivery|deliveries|generation_seconds|script_checks/

/** Of every part of the system one that rises while people work. */
const COUNTERS = [
  'scenor_http_requests_total',
  'scenor_operations_total',
  'scenor_model_first_text_seconds_count',
  'scenor_event_publish_seconds_count',
  'scenor_event_handled_seconds_count',
  'temporal_workflow_completed',
  'temporal_activity_execution_latency_seconds_count',
]

const installed = monitoringInstalled() ? describe : describe.skip

installed('a real Prometheus and Alertmanager (.ci/install-monitoring.sh)', () => {
  const app = withModel({ AI_TIMEOUT_MS: '60000' })
  let mails: MailServer
  let watching: Watching
  beforeAll(async () => {
    mails = await startMailServer()
    const { api, workers } = app.system.metricsPorts
    watching = await startWatching({
      targets: { 'scenor-api': [`127.0.0.1:${api}`], 'scenor-workers': [`127.0.0.1:${workers}`], temporal: [] },
      rules: faster(rulesFile(), 60, 8),
      mailing: {
        ...{ smarthost: mails.url.replace('smtp://', ''), from: 'alerts@scenor.test', requireTls: false },
        to: (owner) => `${owner}@scenor.test`,
        ...{ groupWait: '1s', groupInterval: '2s' },
      },
    })
    const round = async () => {
      const { body } = await app.person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
      await app.system.api.finished(body.id, app.person.token)
      await Promise.all([app.person.get('/scenarios'), app.person.get('/auth/me'), app.person.get('/notifications')])
      await app.person.get('/scenarios/none')
    }
    app.model.always({})
    // A rate is seen when something happens between two looks.
    const happens = (counter: string) => seen(`sum(rate(${counter}[1m])) > 0`).then((samples) => samples.length > 0)
    do await round()
    while (!(await Promise.all(COUNTERS.map(happens))).every(Boolean))
    const { body } = await app.person.get('/scenarios?limit=1')
    for (const format of ['pdf', 'srt']) await app.person.get(`/scenarios/${body.items[0].id}/export?format=${format}`)
    // One that stays open.
    app.model.always({ hang: true })
    const asked = app.model.requests.length
    await app.person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
    await app.model.received(asked + 1)
    await until(async () => (await seen('scenor_operations_open')).length > 0)
  })
  afterAll(async () => {
    await watching[Symbol.asyncDispose]()
    await mails[Symbol.asyncDispose]()
  })
  const seen = async (query: string) =>
    (await watching.prometheus.query(query)).filter(({ value }) => !Number.isNaN(value))

  test.each(DASHBOARDS.map(({ id, panels }) => [id, panels] as const))(
    'every line of the dashboard %s has figures, but for what only a fault makes',
    async (_, panels) => {
      const lines = panels.flatMap((panel) => Object.values(panel.lines))
      const empty: string[] = []
      for (const line of lines) {
        const asked = line.replaceAll('[5m]', '[1m]')
        if ((await seen(asked)).length === 0 && !NOT_HERE.some((name) => line.includes(name)) && !FAULTS.test(line))
          empty.push(line)
      }
      expect(empty).toEqual([])
    },
  )

  test('every objective is measured, and the report of the month says so', async () => {
    const now = new Date()
    const kept = await slaOf(watching.prometheus, { from: new Date(now.getTime() - 60_000), to: now })
    expect(kept.map(({ id }) => id)).toEqual(SLOS.map(({ id }) => id))
    const measured = Object.fromEntries(kept.map(({ id, measured: percent }) => [id, percent]))
    expect(measured).toMatchObject({ api_availability: 100, generation_success: 100 })
    const report = await startCommand('cli/sla.ts', ['--prometheus', watching.origin, '--json'], {}).ended
    expect(JSON.parse(report.out)).toMatchObject({
      month: now.toISOString().slice(0, 7),
      objectives: { length: SLOS.length },
    })
    expect((await startCommand('cli/sla.ts', ['--month', '2026-13'], {}).ended).code).toBe(2)
  })

  test('a fault becomes an alert, the alert a mail to its owner with the page, and the end of it another', async () => {
    const db = app.system.databases.notifications
    const letter = {
      topic: 'ai_events',
      group: 'notifications',
      key: 'k',
      body: '{}',
      reason: 'a test',
      tries: 5,
    } as const
    await keepDeadLetter(db, letter)
    const mail = await mails.mailTo('platform@scenor.test', 0, /FIRING.*DeadLetters/)
    expect(mail.text).toContain('docs/runbooks.md#deadletters')
    for (const { id } of await listDeadLetters(db, 10)) await removeDeadLetter(db, id)
    await mails.mailTo('platform@scenor.test', 0, /RESOLVED.*DeadLetters/)
    await until(async () => (await seen('ALERTS{alertname="DeadLetters"}')).length === 0)
  })
})
