import { createServer } from 'node:http'
import { loadConfig } from '../../config.ts'
import { createProcessLifecycle } from '../../lifecycle.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createApi } from '../../api/root.ts'

/**
 * An API process that tells how much of the processor its event loop's thread has used (other programs on the machine do not count),
 * in all and in the longest piece between two turns of the loop. `GET /` on BENCH_TIMES_PORT answers and begins anew.
 */
const config = loadConfig()
const logger = createLogger(config, 'api')
const lifecycle = createProcessLifecycle(logger, config.DRAIN_S * 1000)
const usedMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
let begun = usedMs()
let last = begun
let longest = 0
const turn = () => {
  const now = usedMs()
  longest = Math.max(longest, now - last)
  last = now
}
setInterval(turn, 1)
const times = createServer((_, response) => {
  turn()
  response.end(JSON.stringify({ all: last - begun, longest }))
  begun = last = usedMs()
  longest = 0
})
// A connection that was idle for long must not be closed under the next question.
times.keepAliveTimeout = 0
lifecycle.onStop('times', () => void times.close())
times.listen(Number(process.env['BENCH_TIMES_PORT']), '127.0.0.1')
await createApi(config, { logger, lifecycle })
lifecycle.ready()
