/**
 * `npm run docs:graphs`: draws the dashboards of monitoring/dashboards.ts into docs/pictures/, from what a real Prometheus saw of a real
 * installation under load: four minutes with people, a model that fails for a while, and a Temporal server and workers that are away.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DASHBOARDS, type Panel } from '../../monitoring/dashboards.ts'
import { drawDashboard, legendOf, type Drawn } from '../../monitoring/drawing.ts'
import { startInstallation, type Installation } from './drill/installation.ts'

const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
/** Scripts of every length that has an objective. */
const LENGTHS_S = [30, 120, 400, 45]
const LOAD_MS = 240_000
const STEP_S = 4
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** What one person does, over and over. */
async function live(at: Installation, until: number): Promise<void> {
  const { person, api } = at
  for (let n = 0; Date.now() < until; n++) {
    await Promise.allSettled([
      person.get('/scenarios?limit=20'),
      person.get('/auth/me'),
      person.get('/notifications'),
      api.call('POST', '/auth/login', {
        body: { email: person.email, password: n % 5 === 0 ? 'wrong' : person.password },
      }),
      person.get('/scenarios/none'),
    ])
    const kind = n % 3
    const ordered = await person
      .post(
        kind === 0 ? '/ai/generate/title' : '/ai/generate',
        kind === 0 ? { brief: BRIEF, count: 3 } : { brief: BRIEF, target_duration_s: LENGTHS_S[n % LENGTHS_S.length] },
      )
      .catch(() => undefined)
    if (ordered?.status === 202) {
      if (n % 4 === 1) listen(at, ordered.body.id)
      if (n % 7 === 0) await person.post(`/operations/${ordered.body.id}/cancel`)
      await api.finished(ordered.body.id, person.token, 20_000).catch(() => {})
    }
    const { body } = await person.get('/scenarios?limit=1')
    const [scenario] = body.items ?? []
    if (scenario)
      await person.get(`/scenarios/${scenario.id}/export?format=${['pdf', 'docx', 'srt'][n % 3]}`).catch(() => {})
    await delay(200)
  }
}

/** Hears of an operation until its end, as a browser does. */
function listen({ api, person }: Installation, id: string): void {
  fetch(`${api.origin}/api/v1/operations/${id}/events`, { headers: { authorization: `Bearer ${person.token}` } })
    .then((response) => response.text())
    .catch(() => {})
}

/** Ten failures now and then, half a minute without a provider, and some seconds without Temporal and workers. */
async function disturb(at: Installation, until: number): Promise<void> {
  const part = (share: number) => delay(Math.max(0, until - LOAD_MS * (1 - share) - Date.now()))
  at.model.always(() => ({ delayMs: 300 + Math.random() * 900, dripMs: 5 }))
  await part(0.3)
  at.model.plan(
    { content: '{"no": "script"}' },
    { status: 500 },
    { finish: 'length' },
    { refusal: 'no' },
    { status: 429 },
  )
  await part(0.5)
  at.model.always({ status: 500 })
  await part(0.62)
  at.model.always(() => ({ delayMs: 300 + Math.random() * 900, dripMs: 5 }))
  await part(0.72)
  at.temporal.cut()
  await part(0.77)
  at.temporal.open()
  await part(0.85)
  await at.stop('workers')
  await part(0.9)
  await at.start('workers')
}

async function look(at: Installation, panel: Panel, from: Date, to: Date): Promise<Drawn> {
  const lines = await Promise.all(
    Object.entries(panel.lines).map(async ([legend, expr]) => {
      // Four minutes have no five.
      const shown = await at.watching.prometheus.range(expr.replaceAll('[5m]', '[30s]'), from, to, STEP_S)
      return shown.map(({ metric, values }) => ({
        legend: legendOf(legend, metric),
        values: values.filter(([, value]) => Number.isFinite(value)),
      }))
    }),
  )
  return { panel, lines: lines.flat().filter(({ values }) => values.length > 0) }
}

await using undo = new AsyncDisposableStack()
const at = await startInstallation(undo, say)
const WARM_UP_MS = 20_000
const from = new Date(Date.now() + WARM_UP_MS)
const until = from.getTime() + LOAD_MS
await Promise.all([disturb(at, until), ...Array.from({ length: 4 }, () => live(at, until))])
const to = new Date()
const span = { from: from.getTime() / 1_000, to: to.getTime() / 1_000, stepS: STEP_S }
for (const { id, title, panels } of DASHBOARDS) {
  const drawn = await Promise.all(panels.map((panel) => look(at, panel, from, to)))
  const empty = drawn.filter(({ lines }) => lines.length === 0).map(({ panel }) => panel.title)
  writeFileSync(`${PICTURES}dashboard-${id}.svg`, drawDashboard(title, drawn, span))
  say(`docs/pictures/dashboard-${id}.svg${empty.length > 0 ? `; nothing of: ${empty.join(', ')}` : ''}`)
}
