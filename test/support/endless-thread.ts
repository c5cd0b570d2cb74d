import { parentPort } from 'node:worker_threads'
import type { RenderJob } from '../../exports/thread.ts'
import '../../exports/thread.ts'

/** A title that keeps the render thread busy for ever, as a script would that a format cannot get to an end with. */
export const ENDLESS = 'Без конца'

parentPort?.on('message', ({ doc }: RenderJob) => {
  while (doc.title === ENDLESS) continue
})
