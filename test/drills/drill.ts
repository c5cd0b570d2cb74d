/** What a drill cleans up, at its end or when somebody ends it, and how it speaks. */
export interface Drill extends AsyncDisposable {
  readonly undo: AsyncDisposableStack
  /** A line with the seconds since the beginning. */
  say(text: string): void
}

export function createDrill(): Drill {
  const undo = new AsyncDisposableStack()
  const started = performance.now()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void undo.disposeAsync().finally(() => process.exit(1)))
  return {
    undo,
    say: (text) => void process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(0)} s: ${text}\n`),
    [Symbol.asyncDispose]: () => undo.disposeAsync(),
  }
}
