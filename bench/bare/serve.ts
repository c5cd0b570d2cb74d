import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { setting } from './settings.ts'

/** Listens on the port of `BENCH_PORT`, says that it serves, and ends with its parent. */
export function serve(listener: RequestListener): void {
  const server = createServer(listener)
  server.listen(Number(setting('BENCH_PORT')), '127.0.0.1', readyUntilStopped)
}

/** Tells the parent that this process serves; ends it on SIGTERM and when the parent is gone. */
export function readyUntilStopped(): void {
  for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit(0))
  process.send?.({ type: 'ready' })
}
