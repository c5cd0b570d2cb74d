import { loadConfig } from '../config.ts'
import { banner } from './banner.ts'
import { openDataFolder } from './data-folder.ts'
import { explain } from './explain.ts'
import { listenForSignals } from './processes/signals.ts'
import { AlreadyRunning, becomeSupervisor } from './single-instance.ts'
import { createSupervisor, type SupervisorOptions } from './supervisor.ts'

export const EXIT = { stopped: 0, failed: 1, alreadyRunning: 3, forced: 130 } as const

export interface RunOptions extends Pick<SupervisorOptions, 'children' | 'prepare' | 'findTemporal'> {
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
    const supervisor = createSupervisor({ ...options, config, folder, say })
    const { told, forced } = listenForSignals()

    let code: number = EXIT.stopped
    try {
      const started = await Promise.race([supervisor.start(), told])
      if (started) {
        const seconds = (performance.now() - began) / 1000
        const { uiUrl, secrets } = started
        print(banner({ config, uiUrl, dataDir: folder.root, secrets, seconds }))
        await Promise.race([told, supervisor.failed])
      }
      say('Stopping: model calls at work may end (once more to force it) …')
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
