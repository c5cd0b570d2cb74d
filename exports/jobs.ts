import { parentPort } from 'node:worker_threads'

/** A job for a thread, with the number that its answer carries. */
export interface Job<Work> {
  readonly id: number
  readonly work: Work
}
export type JobAnswer =
  | { readonly loaded: true }
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly failed: string }

/** Does what the process asks of this thread, in the order of asking. */
export function serveJobs<Work>(make: (work: Work) => Uint8Array | Promise<Uint8Array>): void {
  const answer = (message: JobAnswer) => parentPort?.postMessage(message)
  const doJob = async ({ id, work }: Job<Work>): Promise<JobAnswer> => {
    try {
      return { id, bytes: await make(work) }
    } catch (error) {
      // The name alone: the message may quote the script.
      return { id, failed: error instanceof Error ? error.name : 'unknown' }
    }
  }
  parentPort?.on('message', (job: Job<Work>) => void doJob(job).then(answer))
  answer({ loaded: true })
}
