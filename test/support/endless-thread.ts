import { parentPort } from 'node:worker_threads'
import type { Job } from '../../exports/jobs.ts'
import type { CompareWork } from '../../exports/redline/compare.ts'
import type { RenderWork } from '../../exports/renderer.ts'
import '../../exports/thread.ts'

/** A title that keeps the thread busy for ever, as a script would that a format or a comparison cannot get to an end with. */
export const ENDLESS = 'Без конца'

parentPort?.on('message', ({ work }: Job<RenderWork | CompareWork>) => {
  const { title } = 'doc' in work ? work.doc : work.compared.after
  while (title === ENDLESS) continue
})
