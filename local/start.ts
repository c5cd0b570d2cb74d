import { fileURLToPath } from 'node:url'
import { HELP } from './help.ts'
import { prepare } from './prepare.ts'
import { EXIT, run } from './run.ts'
import { prepareStudio } from './studio.ts'

const print = (text: string) => void process.stdout.write(`${text}\n`)
const script = (path: string) => [fileURLToPath(new URL(`../${path}`, import.meta.url))]

/** `npm start`: Postgres, Temporal, API and workers on this machine. Gives the exit code. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const unknown = args.find((arg) => !['--help', '-h', '--verbose'].includes(arg))
  if (unknown !== undefined) {
    print(`Unknown option: ${unknown}\n\n${HELP}`)
    return EXIT.failed
  }
  if (args.includes('--help') || args.includes('-h')) {
    print(HELP)
    return 0
  }
  return run({
    // No balancer stands before it that would have to learn of a stop.
    env: { DRAIN_S: '0', ...env },
    verbose: args.includes('--verbose'),
    print,
    prepare: async (options) => {
      const [prepared] = await Promise.all([prepare(options), prepareStudio(options)])
      return prepared
    },
    children: [
      {
        name: 'workers',
        command: process.execPath,
        args: script('workers/main.ts'),
        port: null,
        drainMs: (config) => config.workersDrainMs,
      },
      {
        name: 'api',
        command: process.execPath,
        args: script('api/main.ts'),
        port: null,
        drainMs: (config) => config.DRAIN_S * 1000,
      },
    ],
  })
}
