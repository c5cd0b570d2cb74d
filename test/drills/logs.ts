/** `npm run drill:logs [file…]`: a day of our lines (and these files) through the shipper into a real OpenSearch, and the questions. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { indexTemplate } from '../docs/log-template.ts'
import { until } from '../support/until.ts'
import { dayOfLines, NEEDLES } from './day-of-lines.ts'
import { ask, startOpenSearch } from './open-search.ts'

const DEPLOY = resolve(import.meta.dirname, '../../deploy/logs')
const SHIP_MS = 300_000
const say = (text: string) => void process.stdout.write(`${text}\n`)
const started = performance.now()
const took = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`

interface Found {
  readonly hits: {
    readonly total: { readonly value: number }
    readonly hits: { readonly _source: Record<string, unknown> }[]
  }
  readonly aggregations?: Record<string, { buckets: { key: string; doc_count: number }[] }>
}

const folder = mkdtempSync(join(tmpdir(), 'scenor-logs-'))
await using undo = new AsyncDisposableStack()
undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const lines = dayOfLines(Date.now())
const others = process.argv.slice(2).flatMap((path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{')),
)
const { url, stop } = await startOpenSearch(join(folder, 'search'))
undo.defer(stop)
say(`OpenSearch answers (${took()})`)
await ask(`${url}/_index_template/logs-scenor`, 'PUT', indexTemplate())

// The shipper as it is deployed, with the paths and ports of here.
mkdirSync(join(folder, 'logs'))
mkdirSync(join(folder, 'spool'))
const config = readFileSync(join(DEPLOY, 'rsyslog.conf'), 'utf8')
  .replaceAll('/srv/scenor/.data/logs', join(folder, 'logs'))
  .replaceAll('/var/spool/rsyslog', join(folder, 'spool'))
  .replaceAll('serverport="9200"', `serverport="${new URL(url).port}"`)
writeFileSync(join(folder, 'rsyslog.conf'), config)
const [api, workers] = ['api', 'workers'].map((name) => join(folder, 'logs', `${name}.log`)) as [string, string]
const fileOf = (line: string) => (line.includes('"service.name":"scenor-workers"') ? workers : api)
const half = Math.floor(lines.length / 2)
const put = (some: readonly string[]) => {
  for (const [path, all] of Map.groupBy(some, fileOf)) appendFileSync(path, `${all.join('\n')}\n`)
}
put(lines.slice(0, half))
const shipper = spawn(
  '/usr/sbin/rsyslogd',
  ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'rsyslog.pid')],
  { stdio: 'inherit' },
)
undo.defer(async () => {
  shipper.kill('SIGKILL')
  if (shipper.exitCode === null && shipper.signalCode === null) await once(shipper, 'exit')
})
const counted = async () => (await ask<{ count: number }>(`${url}/logs-scenor-default/_count`)).count
const arrived = (count: number) =>
  until(async () => {
    await ask(`${url}/logs-scenor-*/_refresh`, 'POST').catch(() => {})
    return (await counted().catch(() => 0)) >= count
  }, SHIP_MS)
await arrived(half)
say(`${half} lines that were there have arrived (${took()})`)
// While it watches: what comes now, and what a rotation of the file leaves of it.
put([...lines.slice(half), ...others])
await arrived(lines.length + others.length)
const errors = join(folder, 'spool/errors.json')
if (existsSync(errors)) throw new Error(`some were refused: ${readFileSync(errors, 'utf8').slice(0, 2_000)}`)
say(`all ${lines.length + others.length} lines have arrived, none twice or refused: ${await counted()} (${took()})`)

const queries = JSON.parse(readFileSync(join(DEPLOY, 'queries.json'), 'utf8')) as { question: string; body: object }[]
let wrong = 0
for (const [i, { question, body }] of queries.entries()) {
  // What other files have beside the day's own lines may match as well.
  const { hits, aggregations } = await ask<Found>(`${url}/logs-scenor-*/_search`, 'POST', { size: 10, ...body })
  const expected = NEEDLES[i] ?? 0
  const isRight = others.length > 0 ? hits.total.value >= expected : hits.total.value === expected
  if (!isRight) wrong++
  const groups = Object.values(aggregations ?? {}).flatMap(({ buckets }) =>
    buckets.map((b) => `${b.key} ${b.doc_count}`),
  )
  say(`${isRight ? 'ok   ' : 'WRONG'} ${hits.total.value} of ${expected}  ${question}  ${groups.join(', ')}`)
}
process.exitCode = wrong === 0 && queries.length === NEEDLES.length ? 0 : 1
