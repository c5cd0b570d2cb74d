/** Tests run against real servers, which `global-setup` starts once a run. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          // Node refuses a module of JSON without `with { type: 'json' }`.
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Real servers on a shared machine: a limit for what hangs, not a measure. No test has one of its own.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  // More than twice the cores of a small machine: tests wait for servers a good part of their time.
  maxWorkers: 5,
}
