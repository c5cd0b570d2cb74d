import tseslint from 'typescript-eslint'

/** What a folder may not import, with the place where it belongs instead. */
const layer = (files, forbidden) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: forbidden }],
  },
})
const forbid = (message, ...group) => ({ group, message })
const forbidValues = (message, ...group) => ({ group, message, allowTypeImports: true })
const scriptIsPure = (outside) =>
  forbid('script/ is pure: zod and its own files only.', outside, 'node:*', 'pg', 'kysely', 'openai', '@temporalio/*')
const nobodyImportsApi = forbid(
  'Nobody imports api/: move what both need to the word it belongs to (db, events, script or a root module).',
  '**/api/**',
)

export default tseslint.config(
  { ignores: ['node_modules/', '.data*/', '.cache/', 'coverage/', 'bench/results/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', prefer: 'type-imports' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only: one name for a thing, everywhere.' },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['config.ts', 'local/**', 'cli/**', 'bench/**', 'test/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'config.ts is the only reader of process.env.' },
      ],
    },
  },
  layer(
    ['api/**/*.ts'],
    [
      forbid(
        'The API knows workflows by their contracts only: import workflows/<name>.contract.ts.',
        '**/workflows/*',
        '!**/workflows/*.contract.ts',
        '!**/workflows/queues.ts',
      ),
      forbid(
        'The API does no outside effects: start a workflow whose activity does it.',
        '**/activities/**',
        '**/workers/**',
        '**/local/**',
        '**/cli/**',
      ),
    ],
  ),
  layer(
    ['workflows/**/*.ts'],
    [
      forbidValues(
        'Workflow code is deterministic: import only types of activities, db and events, and contracts.',
        '**/activities/**',
        '**/db/**',
        '**/events/**',
        '**/script/**',
        '**/*.ts/../errors.ts',
      ),
      forbid(
        'Workflow code touches nothing outside: no Node modules, no clients.',
        'node:*',
        'pg',
        'kysely',
        'ioredis',
        'openai',
        'koa',
        'pino',
        '@temporalio/client',
        '@temporalio/worker',
        '@temporalio/activity',
      ),
      nobodyImportsApi,
    ],
  ),
  layer(
    ['activities/**/*.ts'],
    [
      nobodyImportsApi,
      forbid(
        'Activities do not start or read workflows; contracts give them types.',
        '**/workers/**',
        '**/local/**',
        '**/cli/**',
        '**/workflows/*',
        '!**/workflows/*.contract.ts',
      ),
    ],
  ),
  layer(
    ['db/**/*.ts'],
    [
      forbid(
        'db/ is queries only: it imports errors, script types and its own files.',
        '**/api/**',
        '**/activities/**',
        '**/workers/**',
        '**/workflows/**',
        '**/events/**',
        '**/local/**',
        '**/cli/**',
      ),
    ],
  ),
  layer(['script/*.ts'], [scriptIsPure('../*')]),
  layer(['script/*/**/*.ts'], [scriptIsPure('../../*')]),
  layer(['workers/**/*.ts', 'events/**/*.ts'], [nobodyImportsApi]),
  { files: ['local/**', 'cli/**', 'bench/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
)
