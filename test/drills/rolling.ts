/**
 * `npm run drill:rolling [seconds]`: two API processes and a worker process for each service behind a real NGINX, under load; each of them
 * is restarted in its turn. No request may fail and no accepted work may be lost. About three minutes, plus half a minute to start.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { startLoad } from './load.ts'
import { createDrill } from './drill.ts'
import { startDrilledSystem } from './system.ts'

const seconds = Number(process.argv[2] ?? 180)
await using drill = createDrill()
const { undo, say } = drill
const { gateway, parts } = await startDrilledSystem(undo, say)
say('all at work')
const load = await startLoad(gateway, undo, say)

const end = Date.now() + seconds * 1_000
let rounds = 0
while (Date.now() < end) {
  for (const { name, restart } of parts) {
    const before = performance.now()
    await restart()
    const took = ((performance.now() - before) / 1_000).toFixed(1)
    say(`${name} restarted in ${took} s; ${load.tally.failed.length} failed of ${load.tally.requests}`)
    await delay(2_000)
  }
  rounds++
}
say(`${rounds} rounds of ${parts.length} restarts in ${seconds} s or a little more`)
if ((await load.end()) > 0) process.exitCode = 1
