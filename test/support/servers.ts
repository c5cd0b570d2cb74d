/** Where the servers of this run are; `global-setup.ts` starts them and says so in the environment. */
export interface Servers {
  /** Maintenance database of the run's Postgres. */
  readonly postgres: string
  /** host:port */
  readonly temporal: string
  /** The workflows, bundled once. */
  readonly bundlePath: string
}

/** Databases with all migrations; a test file clones them. */
export const TEMPLATE_PREFIX = 'template_'

export function testServers(): Servers {
  const text = process.env['SCENOR_TEST_SERVERS']
  if (!text) throw new Error('the servers of the test run were not started: run the tests with `npm test`')
  return JSON.parse(text) as Servers
}
