import tseslint from 'typescript-eslint'
import layers from './test/house/layers.json' with { type: 'json' }

/** Packages and modules of Node that a room must do without. */
const NO_PACKAGES = {
  script: {
    regex: '^(?!zod$|\\.)',
    message: 'script/ is pure: zod and its own files only.',
  },
  workflows: {
    regex: '^(?!@temporalio/(?:workflow|common)$|\\.)',
    message: 'Workflow code touches nothing outside: no modules of Node, no clients.',
  },
}

const either = (names) => `(?:${names.map((name) => RegExp.escape(name)).join('|')})`

/** Specifiers that lead from a file `depth` folders deep to what begins with one of these names, but to none of `open`. */
const leadingTo = (names, open, depth) => `^(?:\\.\\./){${depth}}(?!${either(open)}$)${either(names)}(?:/|$)`

/**
 * What each room may not import, from the list of layers: what lies above it, as an editor can say at once. `npm run arrows` reads
 * the same list and knows neighbours and circles too.
 */
const importRules = layers.flatMap(({ rooms, never = [] }, level) => {
  const above = [...layers.slice(level + 1).flatMap((layer) => layer.rooms), ...never]
  // Single files that stand lower than their folder.
  const open = layers.slice(0, level + 1).flatMap((layer) => layer.rooms.filter((name) => name.includes('.')))
  return rooms
    .filter((room) => !room.includes('.'))
    .flatMap((room) =>
      [1, 2, 3, 4].map((depth) =>
        rulesAt(
          room,
          above.filter((name) => !name.startsWith(`${room}/`)),
          open,
          depth,
        ),
      ),
    )
})

function rulesAt(room, above, open, depth) {
  const patterns = NO_PACKAGES[room] ? [NO_PACKAGES[room]] : []
  if (above.length > 0)
    patterns.push({
      regex: leadingTo(above, open, depth),
      message: `${room}/ does not import it: see test/house/layers.json.`,
    })
  return restrict(`${room}/${'*/'.repeat(depth - 1)}*.ts`, patterns)
}

function restrict(files, patterns) {
  return { files: [files], rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] } }
}

const NAMED_EXPORTS = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only: one name for a thing, everywhere.',
}

export default tseslint.config(
  { ignores: ['node_modules/', '.data*/', '.cache/', 'coverage/', 'bench/results/', '**/dist/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
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
      // Code is wrapped by prettier, comments by nobody.
      'max-len': ['error', { code: 10_000, comments: 140 }],
      'no-restricted-syntax': ['error', NAMED_EXPORTS],
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
  {
    files: ['**/*.ts'],
    ignores: ['script/nfc.ts', 'test/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        NAMED_EXPORTS,
        {
          selector: "CallExpression[callee.property.name='normalize'][arguments.0.value='NFC']",
          message: 'Its time grows with the square of a run of marks: nfc of script/nfc.ts.',
        },
      ],
    },
  },
  ...importRules,
  { files: ['local/**', 'cli/**', 'bench/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
)
