/** `npm start` with other children, for the tests of the supervisor: everything else is the real thing. */
import { fileURLToPath } from 'node:url'
import { run } from '../../../local/run.ts'
import { findTemporal } from '../../../local/temporal/temporal.ts'

const mode = process.argv[2]
const stub = fileURLToPath(new URL('./stub-child.ts', import.meta.url))
const nothing = { name: 'a way that leads nowhere', find: async () => null }

process.exit(
  await run({
    env: process.env,
    verbose: false,
    print: (text) => void process.stdout.write(`${text}\n`),
    prepare: async () => ({ codecToken: null, devPages: null }),
    children: ['first', 'second'].map((name) => ({
      name,
      command: process.execPath,
      args: [stub, mode === name ? 'broken' : 'fine'],
      port: null,
    })),
    ...(mode === 'no-temporal' && { findTemporal: (options) => findTemporal({ ...options, ways: [nothing] }) }),
  }),
)
