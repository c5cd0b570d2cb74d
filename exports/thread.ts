import { parentPort } from 'node:worker_threads'
import type { Exported, Format } from './format.ts'
import { render } from './render.ts'

/** One job for a render thread, and what comes back. */
export interface RenderJob {
  readonly id: number
  readonly format: Format
  readonly doc: Exported
}
export type RenderAnswer =
  | { readonly loaded: true }
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly failed: string }

parentPort?.on('message', ({ id, format, doc }: RenderJob) => {
  render(format, doc).then(
    (bytes) => parentPort?.postMessage({ id, bytes } satisfies RenderAnswer),
    // The name alone: the message may quote the script.
    (error: unknown) =>
      parentPort?.postMessage({ id, failed: error instanceof Error ? error.name : 'unknown' } satisfies RenderAnswer),
  )
})
parentPort?.postMessage({ loaded: true } satisfies RenderAnswer)
