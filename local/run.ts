import { codecToken } from '../codec.ts'
import { loadKeys } from '../keys.ts'
import { ConfigError, loadConfig } from '../config.ts'
import { banner } from './banner.ts'
import { CannotStart, openDataFolder } from './data-folder.ts'
import { listenForSignals } from './signals.ts'
import { AlreadyRunning, becomeSupervisor } from './single-instance.ts'
import { createSupervisor, type SupervisorOptions } from './supervisor.ts'
import { NoTemporal } from './temporal.ts'

export const EXIT = { stopped: 0, failed: 1, alreadyRunning: 3, forced: 130 } as const

export interface RunOptions extends Pick<SupervisorOptions, 'children' | 'migrate' | 'loadKeys' | 'findTemporal'> {
  readonly env: NodeJS.ProcessEnv
  readonly verbose: boolean
  /** Shows one line, or the banner, to a person. */
  readonly print: (text: string) => void
}

/** Runs the whole installation until a signal ends it. Gives the exit code; the caller exits with it. */
export async function run(options: RunOptions): Promise<number> {
  const { env, print } = options
  const began = performance.now()
  try {
    const config = loadConfig(env)
    const folder = openDataFolder(config.DATA_DIR)
    becomeSupervisor(folder.run, config.PORT)
    const say = (line: string) => print(`${new Date().toTimeString().slice(0, 8)}  ${line}`)
    const supervisor = createSupervisor({ ...options, config, folder, say, reads: loadConfig })
    const { told, forced } = listenForSignals()

    let code: number = EXIT.stopped
    try {
      const started = await Promise.race([supervisor.start(), told])
      if (started) {
        const seconds = (performance.now() - began) / 1000
        const { payload } = await loadKeys({ ...config, DATA_DIR: folder.root })
        const codecUrl = started.uiUrl && `http://localhost:${config.INTERNAL_PORT}/codec/${codecToken(payload)}`
        print(banner({ config, uiUrl: started.uiUrl, dataDir: folder.root, codecUrl, seconds }))
        await told
      }
      say('Stopping (once more to force it) …')
    } catch (error) {
      print(explain(error))
      code = EXIT.failed
    }
    const stopped = await Promise.race([supervisor.stop().then(() => true), forced])
    if (stopped) {
      say('Stopped')
      return code
    }
    await supervisor.kill()
    say('Stopped by force; what was under way is finished after the next start')
    return EXIT.forced
  } catch (error) {
    print(explain(error))
    return error instanceof AlreadyRunning ? EXIT.alreadyRunning : EXIT.failed
  }
}

/** What went wrong, in one message. A stack only for what nobody foresaw. */
function explain(error: unknown): string {
  if (error instanceof AlreadyRunning) {
    const { port } = error.holder
    return `${error.message}${port === null ? '' : `: http://localhost:${port}`}. Stop it first, or give this one a folder and ports of its own (DATA_DIR, PORT, …).`
  }
  if (error instanceof ConfigError)
    return `These variables are wrong:\n${error.message}\n\`npm start -- --help\` lists the usual ones, the README all.`
  if (error instanceof CannotStart || error instanceof NoTemporal) return error.message
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return `Scenor could not start: ${message}${cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : ''}`
}
