import type { Exported, ExportOptions, Format } from './format.ts'
import { createOffThread, type OffThread, type OffThreadOptions } from './off-thread.ts'
import type { CompareWork } from './redline/compare.ts'

/** A file to be made. */
export interface RenderWork {
  readonly format: Format
  readonly doc: Exported
  readonly options: ExportOptions
}

/**
 * Milliseconds that one file or comparison may take, below what a request may. A 30-minute script as PDF takes 0.4 s of a core, the largest
 * that is taken at all 3 s; the rest is for machines on which others work.
 */
const TIME_LIMIT_MS = 25_000
/**
 * Milliseconds that one may wait for its turn. This bounds the time that a long queue costs: a PDF of one minute takes 0.2 s on a busy
 * machine, of half an hour 2.5 s, other formats 25 ms at most.
 */
const WAIT_LIMIT_MS = 30_000
/** Bytes of a file. The largest script that fits a request makes 3 MiB. */
const SIZE_LIMIT = 16 * 1024 * 1024
const LIMITS = { timeLimitMs: TIME_LIMIT_MS, waitLimitMs: WAIT_LIMIT_MS, sizeLimit: SIZE_LIMIT }

/** Makes what takes time on threads of its own; errors as in `OffThread`. */
export interface Renderer {
  render(format: Format, doc: Exported, person: string, options?: ExportOptions): Promise<Buffer>
  /** What changed between two versions. */
  compare(work: CompareWork, person: string): Promise<Buffer>
  /** Files and comparisons that wait for their turn. */
  waiting(): number
  close(): Promise<void>
}

export type RendererOptions = Pick<OffThreadOptions, 'logger'> & Partial<OffThreadOptions>

/** Two threads, each begun when it is first asked: a comparison, which is soon done, waits for no PDF. */
export function createRenderer(options: RendererOptions): Renderer {
  const thread = <Work>(program: string): OffThread<Work> =>
    createOffThread({ ...LIMITS, program: new URL(program, import.meta.url), ...options })
  const files = thread<RenderWork>('./thread.ts')
  const comparisons = thread<CompareWork>('./redline/thread.ts')
  return {
    render: (format, doc, person, options = {}) => files.run({ format, doc, options }, person, format),
    compare: (work, person) => comparisons.run(work, person, `comparison as ${work.format}`),
    waiting: () => files.waiting() + comparisons.waiting(),
    close: async () => {
      await Promise.all([files.close(), comparisons.close()])
    },
  }
}
