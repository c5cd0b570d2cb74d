import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { inStep } from '../telemetry/spans.ts'
import { childSpan, withTrace } from '../telemetry/trace.ts'
import { httpLoad } from './load.ts'
import { median, medians, ratio, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { startStack } from './stack.ts'
import { startOurSystem } from './system.ts'
import { startMeter } from './usage.ts'

const CONNECTIONS = 20
const OFF = 'off'
const IDLE = 'on, not recorded'
const ON = 'on, recorded'
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'
const CALLS = 200_000

/** A sink that takes all and looks at nothing; it shares the processors with what is measured. */
async function startSink(undo: AsyncDisposableStack): Promise<string> {
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  undo.defer(() => server.closeAllConnections())
  undo.defer(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Microseconds that a step costs while nobody records, beyond the trace context that log lines and events need anyway. */
async function costOff(): Promise<number> {
  const work = async () => {}
  const parent = `00-${TRACE}-00`
  const time = async (step: () => Promise<void>) => {
    const start = performance.now()
    for (let i = 0; i < CALLS; i++) await step()
    return ((performance.now() - start) * 1_000) / CALLS
  }
  const bare = () => withTrace(childSpan(parent), work)
  const step = () => inStep({ name: 'GET', parent, attributes: () => ({ a: 1 }) }, work)
  const pairs: number[] = []
  for (let round = 0; round < 7; round++) pairs.push(-(await time(bare)) + (await time(step)))
  return Math.max(0, median(pairs.slice(2)))
}

/** What traces cost the smallest request that there is. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const stack = await startStack(options)
  const system = await startOurSystem(stack)
  const id = await system.generate('Реклама термоса, 30 секунд')
  const endpoint = await startSink(options.undo)
  const traced = await system.another('traced', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
  await system.workers.stop()
  const off = { origin: system.origin, pid: system.api.pid }
  const subjects = [
    { name: OFF, ...off, flags: '01' },
    { name: IDLE, ...traced, flags: '00' },
    { name: ON, ...traced, flags: '01' },
  ]
  const seconds = options.quick ? 2 : 5
  const rounds: Line[] = []
  for (let round = 0; round <= options.rounds; round++)
    for (const { name, pid, origin, flags } of round % 2 ? subjects.toReversed() : subjects) {
      const used = startMeter({ own: () => [pid] })
      const { perSecond, count, times } = await httpLoad({
        url: `${origin}/api/v1/operations/${id}`,
        headers: { ...system.headers, traceparent: `00-${TRACE}-${flags}` },
        connections: CONNECTIONS,
        seconds: round === 0 ? 2 * seconds : seconds,
      })
      const cpu = (used()['own']! / count) * 1_000
      if (round === 0) continue
      rounds.push({ name, cells: { 'requests/s': perSecond, ...spread(times), 'CPU s/1,000': cpu } })
      options.say(
        `tracing ${round}/${options.rounds} ${name}: ${perSecond.toFixed(0)}/s, ${(cpu * 1_000).toFixed(0)} µs`,
      )
    }
  const lines = medians(rounds)
  const micros = lines.find(({ name }) => name === OFF)!.cells['CPU s/1,000']! * 1_000
  const extra = await costOff()
  return {
    title: `GET /operations/{id} with and without traces, ${CONNECTIONS} connections, ${seconds} s a round`,
    lines,
    goals: [
      {
        what: `part of a request that steps cost while traces are off (${extra.toFixed(2)} of ${micros.toFixed(0)} µs)`,
        measured: extra / micros,
        limit: 0.01,
        direction: 'at most',
      },
      {
        what: `CPU of a request, ${IDLE} : ${OFF}`,
        measured: ratio(rounds, 'CPU s/1,000', IDLE, OFF),
        limit: 1.05,
        direction: 'at most',
      },
      {
        what: `CPU of a request, ${ON} : ${OFF}`,
        measured: ratio(rounds, 'CPU s/1,000', ON, OFF),
        limit: 1.05,
        direction: 'at most',
      },
    ],
    notes: [
      'the smallest request is the dearest to trace: one span of some 200 µs of work',
      'what steps cost while traces are off is measured in the process of the bench, against the trace context alone',
      'ratios are of rounds that follow each other; the sink and the load generator share the processors',
    ],
    rounds,
  }
}
