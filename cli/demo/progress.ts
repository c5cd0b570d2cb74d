/** What is shown of an operation. */
export interface Standing {
  readonly status: string
  readonly stage: string
  readonly progress: number
  readonly attempt: number
}

const BAR = 20

/** Shows how an operation goes on: one line that changes on a terminal, a line for each change elsewhere. */
export function createProgress(stream: NodeJS.WriteStream): { show: (standing: Standing) => void; end: () => void } {
  const began = performance.now()
  let last = ''
  return {
    show({ status, stage, progress, attempt }) {
      const filled = Math.round(Math.min(Math.max(progress, 0), 1) * BAR)
      const again = attempt > 1 ? `, attempt ${attempt}` : ''
      const state = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${String(Math.round(progress * 100)).padStart(3)} %  ${status}${stage && stage !== status ? `: ${stage}` : ''}${again}`
      const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`
      if (stream.isTTY) stream.write(`\r\x1b[2K  ${state}  ${seconds}`)
      else if (state !== last) stream.write(`  ${state}  ${seconds}\n`)
      last = state
    },
    end: () => void (stream.isTTY && last !== '' && stream.write('\n')),
  }
}
