const BAR = 24
/** How often the line changes, ms. */
const EVERY_MS = 200

/** A stream that may be a terminal. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Shows how far it is in one line that changes; only on a terminal. */
export function createProgress(screen: Screen, now: () => number = () => performance.now()) {
  let shownAt = -Infinity
  let open = false
  const put = (text: string, last: boolean) => {
    if (!screen.isTTY || (!last && now() - shownAt < EVERY_MS)) return
    shownAt = now()
    open = true
    screen.write(`\r\x1b[2K${text}`)
  }
  return {
    /** Without an end that is known. */
    count: (what: string, done: number): void => put(`reading ${what}: ${done.toLocaleString('en')}`, false),
    bar: (what: string, done: number, all: number): void => {
      const share = all === 0 ? 1 : Math.min(done / all, 1)
      const filled = Math.round(share * BAR)
      const percent = `${String(Math.floor(share * 100)).padStart(3)} %`
      put(
        `${what.padEnd(10)} [${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${percent}  ${done.toLocaleString('en')} of ${all.toLocaleString('en')}`,
        done >= all,
      )
    },
    /** Takes the line away, so that a report can follow. */
    end: (): void => {
      if (open) screen.write('\r\x1b[2K')
      open = false
    },
  }
}
