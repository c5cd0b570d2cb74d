/** npm passes a Ctrl-C on to us that the terminal has sent us already, some milliseconds later: that is no second wish. */
const ECHO_MS = 1_000
const PARENT_POLL_MS = 1_000

export interface StopWishes {
  /** Settles at the first SIGINT, SIGTERM or SIGHUP; rejects at an error nobody caught. */
  readonly told: Promise<undefined>
  /** Settles at the next one after it. */
  readonly forced: Promise<undefined>
}

/** Turns the signals that end a process into two wishes: stop, and stop now. */
export function listenForSignals(): StopWishes {
  const told = Promise.withResolvers<undefined>()
  const forced = Promise.withResolvers<undefined>()
  let first: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      first ??= performance.now()
      told.resolve(undefined)
      if (performance.now() - first > ECHO_MS) forced.resolve(undefined)
    })
  }
  // Started by a program with a channel to us (the demo), we end with it, also when it is killed.
  process.once('disconnect', () => told.resolve(undefined))
  // Started by npm, we end with it, also when it is killed: nobody is left who could stop us.
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid
    const watch = setInterval(() => process.ppid !== parent && told.resolve(undefined), PARENT_POLL_MS)
    watch.unref()
  }
  // The processes must be ended in order even then.
  process.on('uncaughtException', told.reject)
  process.on('unhandledRejection', told.reject)
  // The terminal may be gone (SIGHUP, `npm start | head`): what cannot be written is not worth dying for.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return { told: told.promise, forced: forced.promise }
}
