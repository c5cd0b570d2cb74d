/**
 * `npm run drill:containers [-- test/api …]`: the tests with Postgres, Temporal and Redis from containers, by the engine of this machine or
 * one of its own (root then). Without a choice all tests.
 */
import { besideEngine } from './compose/engine.ts'

const env = {
  ...process.env,
  KEEP_IMAGE: 'none',
  TEST_SERVERS: 'containers',
  NODE_OPTIONS: '--experimental-vm-modules',
}
besideEngine([process.execPath, 'node_modules/jest/bin/jest.js', '--forceExit', ...process.argv.slice(2)], { env }, [
  'postgres',
  'redis',
  'temporal-cli',
])
