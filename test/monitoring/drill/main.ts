/**
 * Fires every alert by a real fault and sees it clear: `npm run drill:alerts [-- FAULT…]`, `a+b` for those that may happen at once. Real
 * processes, Postgres, Temporal, Redis, and a real Prometheus whose spans are twenty times shorter. Takes about half an hour. Exit code 1
 * when one did not fire or clear.
 */
import { ALERTS } from '../../../monitoring/alerts/index.ts'
import { FAULTS, type Fault } from './faults.ts'
import { startInstallation, type Installation } from './installation.ts'

const FIRES_WITHIN_MS = 150_000
/** The longest window of those that are fired, made shorter, and a provider's rest. */
const CLEARS_WITHIN_MS = 300_000
const LOOK_MS = 1_000
const say = (line: string) => void process.stdout.write(`${line}\n`)

const firing = async (at: Installation): Promise<Set<string>> => {
  const samples = await at.watching.prometheus.query('ALERTS{alertstate="firing"}').catch(() => [])
  return new Set(samples.map(({ metric }) => metric['alertname'] ?? ''))
}

/** @returns seconds until it held, or undefined when it did not in time */
async function within(ms: number, holds: () => Promise<boolean>): Promise<number | undefined> {
  const began = performance.now()
  for (; performance.now() - began < ms; await new Promise((resolve) => setTimeout(resolve, LOOK_MS)))
    if (await holds()) return (performance.now() - began) / 1000
  return undefined
}

async function drill(at: Installation, name: string, fault: Fault): Promise<boolean> {
  const wanted = ALERTS.filter((alert) => alert.drill === name).map((alert) => alert.name)
  let over = false
  const told = (error: Error) => say(`${name}: ${error.message}`)
  const repeated = async () => {
    do await fault.begin(at).catch(told)
    while (fault.repeats && !over)
  }
  const breaking = repeated()
  const fired = new Set<string>()
  const took = await within(FIRES_WITHIN_MS, async () => {
    for (const alert of await firing(at)) fired.add(alert)
    return wanted.every((alert) => fired.has(alert))
  })
  over = true
  await breaking
  await fault.end(at).catch(told)
  const cleared = await within(CLEARS_WITHIN_MS, async () => {
    const now = await firing(at)
    return wanted.every((alert) => !now.has(alert))
  })
  const missed = wanted.filter((alert) => !fired.has(alert))
  const besides = [...fired].filter((alert) => !wanted.includes(alert))
  say(
    `${name.padEnd(10)} ${fault.what}\n  ${took === undefined ? `NOT FIRED: ${missed.join(', ')}` : `fired ${wanted.join(', ')} after ${took.toFixed(0)} s`}, ` +
      `${cleared === undefined ? 'NOT CLEARED' : `cleared ${cleared.toFixed(0)} s after its end`}${besides.length > 0 ? `; besides: ${besides.join(', ')}` : ''}`,
  )
  return took !== undefined && cleared !== undefined
}

await using undo = new AsyncDisposableStack()
const at = await startInstallation(undo, say)
const asked = process.argv.slice(2)
const results: boolean[] = []
for (const together of asked.length > 0 ? asked : Object.keys(FAULTS)) {
  const ran = together.split('+').map((name) => {
    const fault = FAULTS[name]
    if (!fault) throw new Error(`there is no fault ${name}; there are ${Object.keys(FAULTS).join(', ')}`)
    return drill(at, name, fault)
  })
  results.push(...(await Promise.all(ran)))
}
const undrilled = ALERTS.filter(({ drill: name }) => !(name in FAULTS))
say(
  `\n${results.filter(Boolean).length} of ${results.length} faults fired and cleared their alerts. Without a fault here:`,
)
for (const alert of undrilled) say(`  ${alert.name}: ${alert.drill}`)
process.exitCode = results.every(Boolean) ? 0 : 1
